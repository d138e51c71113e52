import { expect } from 'vitest';
import { call, type Params } from '../support/client.ts';
import type { Device } from '../support/device.ts';
import { type Kept, kept, type Shown } from '../support/keeping.ts';
import { until } from '../support/socket.ts';
import { type Guest, NAMES, type Name } from './cast.ts';
import { Purses } from './purses.ts';
import type { Weather } from './weather.ts';

/** What somebody should hear: the type, from whom, and the content: text, or part of its JSON. */
export interface Told {
  readonly type: number;
  readonly from?: Name;
  readonly content?: unknown;
}
export const told = (type: number, from?: Name, content?: unknown): Told => ({
  type,
  ...(from === undefined ? {} : { from }),
  ...(content === undefined ? {} : { content }),
});

/** What each hears of a step; who is not named hears nothing. */
export type Expected = Partial<Readonly<Record<Name, readonly Told[]>>>;

/** The same for several. */
export const each = (names: readonly Name[], ...events: readonly Told[]): Expected =>
  Object.fromEntries(names.map((name) => [name, events]));

const MET = 69;

function readable(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return content;
  }
}

/** The course of an evening: what is done, and what everybody has been told of it so far. */
export class Evening {
  readonly guests: readonly Guest[];
  readonly weather: Weather;
  readonly purses = new Purses(NAMES);
  /** The group that they meet in. */
  group = 0;
  /** Texts, and those who alone may ever have seen them. */
  readonly secrets: { readonly text: string; readonly among: readonly Name[] }[] = [];
  private readonly heard = new Map<Name, Kept[]>(NAMES.map((name) => [name, []]));

  constructor(guests: readonly Guest[], weather: Weather) {
    this.guests = guests;
    this.weather = weather;
  }

  guest(name: Name): Guest {
    return this.guests.find((each) => each.name === name) ?? expect.unreachable(name);
  }

  id = (name: Name): number => this.guest(name).person.id;

  /** The device of somebody, by its kind. */
  device(name: Name, kind = 1): Device {
    const found = this.guest(name).devices.find(({ login }) => login.kind === kind);
    return found ?? expect.unreachable(`${name}${kind}`);
  }

  get devices(): readonly Device[] {
    return this.guests.flatMap(({ devices }) => devices);
  }

  /** Calls as somebody; the call must succeed. */
  async does(name: Name, path: string, params: Params = {}, code = '1') {
    const reply = await this.guest(name).person.call(path, params);
    expect(reply, path).toMatchObject({ code });
    return reply.data;
  }

  /** Something happens, and everybody hears of it exactly what is expected, on every device. */
  async step<Result>(
    happen: () => Promise<Result>,
    expected: Expected | ((result: Result) => Expected) = {},
    order: 'in order' | 'in any order' = 'in order',
  ): Promise<Result> {
    await this.weather.before();
    const result = await happen();
    await this.weather.after();
    await this.expectTold(typeof expected === 'function' ? expected(result) : expected, order);
    return result;
  }

  private async expectTold(expected: Expected, order: 'in order' | 'in any order') {
    const news = await Promise.all(NAMES.map((name) => this.readOn(name)));
    const arranged = (list: readonly Told[]) =>
      order === 'in order' ? list : list.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    const seen = NAMES.map((name, i) => [name, arranged(this.shown(news[i] ?? []))]);
    const wanted = NAMES.map((name) => [name, arranged(expected[name] ?? [])]);
    expect(Object.fromEntries(seen)).toMatchObject(Object.fromEntries(wanted));
    await this.expectOn(this.devices.filter(({ isTold }) => isTold));
  }

  /** What has happened to somebody since the last look. */
  private async readOn(name: Name): Promise<readonly Kept[]> {
    const all = this.heardBy(name);
    const before = all.length;
    all.push(...(await this.inboxOf(name, all.at(-1)?.seq ?? 0)));
    return all.slice(before);
  }

  /** Somebody's events behind a place, as his witness fetches them. */
  async inboxOf(name: Name, after: number): Promise<Kept[]> {
    const events: Kept[] = [];
    for (let seq = after; ; ) {
      const { data } = await call(
        '/im/sync',
        { after: seq, limit: 500 },
        { token: this.guest(name).witness },
      );
      for (const { seq: place, ...message } of data.list as Shown[]) events.push(kept(place, message));
      if (data.more === '0') return events;
      seq = Number(data.seq);
    }
  }

  heardBy(name: Name): Kept[] {
    return this.heard.get(name) ?? expect.unreachable(name);
  }

  nameOf(id: number): Name | undefined {
    return this.guests.find(({ person }) => person.id === id)?.name;
  }

  /** What may come at any time: strangers met by shaking. */
  private readonly isBesides = ({ type, from }: Kept): boolean =>
    type === MET && this.nameOf(from) === undefined;

  private shown(events: readonly Kept[]): readonly Told[] {
    return events
      .filter((event) => !this.isBesides(event))
      .map(({ type, from, content }) => told(type, this.nameOf(from), readable(content)));
  }

  /** What a device must have seen of that: everything but what its own kind has sent. */
  dueTo(name: Name, { login }: Device): readonly Kept[] {
    const me = this.id(name);
    return this.heardBy(name).filter(({ from, kind }) => from !== me || kind !== login.kind);
  }

  /** Waits until devices have what their owners have been told of, and looks that they have nothing else. */
  private async expectOn(devices: readonly Device[]) {
    for (const { name, devices: his } of this.guests) {
      for (const device of his.filter((each) => devices.includes(each))) {
        const due = this.dueTo(name, device).map(textOf);
        const { events } = device.keeping;
        await until(`everything on ${device.login.name}`, () => events.length >= due.length);
        expect(events.slice(0, due.length).map(textOf), device.login.name).toEqual(due);
        expect(events.slice(due.length).filter((event) => !this.isBesides(event))).toEqual([]);
      }
    }
  }

  /** Everything has arrived everywhere, also at who has to ask for it. */
  settle = (): Promise<void> => this.expectOn(this.devices);

  async close(): Promise<void> {
    await Promise.all(this.devices.map((device) => device.leave()));
    for (const { login } of this.devices) login.line.close();
  }
}

/** An event without its place, which not every protocol tells. */
const textOf = ({ seq, ...event }: Kept): string => JSON.stringify(event);
const keyOf = ({ type, from, content }: Told): string => `${type} ${from} ${JSON.stringify(content)}`;
