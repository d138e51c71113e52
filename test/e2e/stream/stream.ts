import { expect } from 'vitest';
import type { Seeded } from '../../support/seeded.ts';
import { type Addresses, deviceOf, type Way } from '../evening/cast.ts';
import { befriend, newPerson, type Person } from '../support/client.ts';
import { acknowledgeSurely, type Device } from '../support/device.ts';
import { until } from '../support/socket.ts';

/** Messages of each sender, and of those how many he sends before he waits for answers. */
const MESSAGES = 80;
const AT_ONCE = 5;
/** Bytes of a few messages. */
const SOON_BYTES = 2000;

const SENDERS: readonly Way[] = ['resumes', 'is an original app', 'asks'];
const RECEIVERS: readonly Way[] = [
  'resumes',
  'begins at the cursor',
  'never acknowledges',
  'asks',
  'is an original app',
];

/** A group in which three speak and everybody else listens, each on another kind of client. */
export class Stream {
  readonly senders: readonly Device[];
  readonly receivers: readonly Device[];
  private readonly group: number;

  private constructor(senders: readonly Device[], receivers: readonly Device[], group: number) {
    this.senders = senders;
    this.receivers = receivers;
    this.group = group;
  }

  static async begin(at: Addresses): Promise<Stream> {
    const ways = [...SENDERS, ...RECEIVERS];
    const people = await Promise.all(ways.map((way) => newPerson(way)));
    const [host, ...others] = people;
    if (!host) throw new Error('There are people.');
    for (const other of others) await befriend(host, other);
    const ids = others.map(({ id }) => id).join(',');
    const { data } = await host.call('/chat/createGroup', { name: '流水', ids });
    const device = async ({ name, token }: Person, i: number) =>
      deviceOf(name, token, 1, ways[i] ?? 'resumes', at);
    const devices = await Promise.all(people.map(device));
    await Promise.all(devices.map((each) => each.connect()));
    const receivers = devices.slice(SENDERS.length);
    // What has happened so far is not part of the stream.
    const knows = ({ keeping }: Device) => keeping.events.some(({ type }) => type === 10);
    await Promise.all(receivers.map((each) => until('event 10', () => knows(each))));
    return new Stream(devices.slice(0, SENDERS.length), receivers, Number(data.id));
  }

  /** Everybody who speaks says all that he has to say; each message is sent until it is answered. */
  async flow(): Promise<void> {
    const speak = async (sender: Device, who: number) => {
      for (let i = 0; i < MESSAGES; i += AT_ONCE) {
        const next = Array.from({ length: AT_ONCE }, (_, k) => `${who}:${i + k}`);
        // By HTTP nothing holds the order of what is sent at once.
        if (!sender.isTold) for (const content of next) await this.say(sender, content);
        else await Promise.all(next.map((content) => this.say(sender, content)));
      }
    };
    await Promise.all(this.senders.map(speak));
  }

  private async say(sender: Device, content: string) {
    const speech = { fromType: 2, destId: this.group, messageType: 2, content } as const;
    expect(await sender.say(speech)).toBe(1);
  }

  /** Does something when a device has received so many messages more than when the stream began. */
  async when(device: Device, counts: readonly number[], happens: () => Promise<void> | void): Promise<void> {
    const begun = said(device).length;
    for (const count of counts) {
      await until(`${count} messages`, () => said(device).length - begun >= count);
      await happens();
    }
  }

  /** Everybody has every message once, in the order of the inbox, which is one for all. */
  async expectAllInOrder(): Promise<void> {
    const total = MESSAGES * SENDERS.length;
    for (const device of this.receivers)
      await until(`all on ${device.login.name}`, () => said(device).length >= total);
    const [order = []] = this.receivers.map(said);
    for (const device of this.receivers) {
      expect(said(device), device.login.name).toEqual(order);
      expect(device.keeping.problems(), device.login.name).toEqual([]);
    }
    for (const who of SENDERS.keys()) {
      const his = Array.from({ length: MESSAGES }, (_, i) => `${who}:${i}`);
      expect(order.filter((content) => content.startsWith(`${who}:`))).toEqual(his);
    }
  }

  async end(): Promise<void> {
    const devices = [...this.senders, ...this.receivers];
    await Promise.all(devices.map((device) => device.leave()));
    for (const { login } of devices) login.line.close();
  }
}

const said = ({ keeping }: Device): string[] =>
  keeping.events.filter(({ type }) => type === 2).map(({ content }) => content);

/** So many numbers of messages after which something happens: one in each of as many parts of the stream. */
export function moments(random: Seeded, count: number): number[] {
  const part = (MESSAGES * SENDERS.length) / count;
  return Array.from({ length: count }, (_, i) => Math.floor(i * part) + random.below(part));
}

/** Breaks a device's line in one way or another. */
export async function breakLine(device: Device, random: Seeded): Promise<void> {
  const { line } = device.login;
  const [way, bytes] = [random.below(5), 1 + random.below(SOON_BYTES)];
  await until(`${device.login.name} to be there before its line breaks`, () => device.isLive);
  if (way === 0) return line.cutAfter(bytes);
  if (way === 1) await acknowledgeSurely(device);
  if (way === 2) device.acknowledge();
  if (way < 4) return line.cut();
  line.hang();
  device.goOn();
}
