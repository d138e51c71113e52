import { expect } from 'vitest';
import { call } from '../support/client.ts';
import { acknowledgeSurely } from '../support/device.ts';
import { type Kept, nameOf } from '../support/keeping.ts';
import { until } from '../support/socket.ts';
import { NAMES, type Name } from './cast.ts';
import type { Evening } from './evening.ts';
import { fenOf } from './purses.ts';

const RECALL = 32;

/** Nobody's devices have anything twice, out of order or not at all, over all their connections. */
export async function expectOnceInOrder(evening: Evening): Promise<void> {
  await evening.settle();
  for (const { name, devices } of evening.guests) {
    const stored = await evening.inboxOf(name, 0);
    const recalled = stored
      .filter(({ type }) => type === RECALL)
      .map(({ from, content }) => nameOf({ from, msgId: content }));
    const isLeft = (event: Kept) => !recalled.includes(nameOf(event));
    expect(new Set(stored.map(nameOf)).size).toBe(stored.length);
    for (const { login, keeping } of devices) {
      expect(keeping.problems(), login.name).toEqual([]);
      const due = stored.filter(({ from, kind }) => from !== evening.id(name) || kind !== login.kind);
      const has = () => keeping.events.filter(isLeft);
      await until(`the last on ${login.name}`, () => has().length >= due.length);
      const tellsPlaces = keeping.last?.seq !== undefined;
      const place = (event: Kept) => (tellsPlaces ? `${event.seq} ${nameOf(event)}` : nameOf(event));
      expect(has().slice(0, due.length).map(place), login.name).toEqual(due.map(place));
    }
  }
}

/** What was meant for some was never seen by others. */
export function expectSecretsKept(evening: Evening): void {
  for (const { name, devices } of evening.guests) {
    const texts = devices.flatMap(({ keeping }) => keeping.events.map(({ content }) => content));
    for (const { text, among } of evening.secrets) {
      const isSeen = texts.some((content) => content.includes(text));
      expect(isSeen && !among.includes(name), `${name} sees ${text}`).toBe(false);
    }
  }
}

/** Every wallet holds what was paid, by its balance and by the sum of its bills. */
export async function expectMoneyRight(evening: Evening): Promise<void> {
  for (const name of NAMES) {
    const bills = await evening.does(name, '/wallet/getWalletHistory');
    const sum = bills
      .map((bill: { amount: string; moneyDirect: string }) => fenOf(bill.amount) * Number(bill.moneyDirect))
      .reduce((all: number, fen: number) => all + fen, 0);
    const balance = fenOf(await evening.does(name, '/wallet/getBalance'));
    expect([balance, sum], name).toEqual([evening.purses.of(name), evening.purses.of(name)]);
  }
}

/** Online and offline were told by friends alone. */
export async function expectPresenceFromFriends(evening: Evening): Promise<void> {
  const friends: Readonly<Record<Name, readonly Name[]>> = {
    林: ['王', '赵', '陈', '刘', '杨'],
    王: ['林', '赵'],
    赵: ['林', '王'],
    陈: ['林'],
    刘: ['林'],
    杨: ['林'],
  };
  for (const name of NAMES) {
    const from = evening
      .guest(name)
      .devices.flatMap(({ keeping }) => keeping.presences)
      .map((event) => evening.nameOf(event.from));
    expect((await evening.inboxOf(name, 0)).filter(({ type }) => type === 5 || type === 6)).toEqual([]);
    expect(
      from.filter((each) => !each || !friends[name].includes(each)),
      name,
    ).toEqual([]);
  }
}

/** Once all kinds of devices have acknowledged, nothing waits any more. */
export async function expectNothingLeft(evening: Evening): Promise<void> {
  await Promise.all(evening.devices.map(acknowledgeSurely));
  for (const { name, devices, witness } of evening.guests) {
    const silent = devices.filter(({ acknowledges }) => !acknowledges).map(({ login }) => login.token);
    const seq = (await evening.inboxOf(name, 0)).at(-1)?.seq ?? 0;
    for (const token of new Set([...silent, witness])) await call('/im/ack', { seq }, { token });
    await until(`the events of ${name} to go`, async () => (await evening.inboxOf(name, 0)).length === 0);
  }
}
