import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseYuan } from '../../src/core/fen.ts';
import { bunExecutor } from '../../src/platform/database/executor.bun.ts';
import { migrate } from '../../src/platform/database/migrate.ts';
import { type Person, person, testApp } from '../support/app.ts';
import { befriend } from '../support/friends.ts';
import { groupOf, setLevel } from '../support/groups.ts';
import { deposit } from '../support/ledger.ts';
import { withPayPassword } from '../support/money.ts';
import { chosenSeed, seeded } from '../support/seeded.ts';
import { soak } from '../support/soak.ts';
import { type Answer, drawCall, KINDS, type Known, learn, type MoneyCall } from './calls.ts';
import { reconcileOn, startOn } from './server.ts';

const KILLS = soak(6, 20);
/** Calls that each person has under way at once. */
const AT_ONCE = 4;
const OPENING_FEN = 2000_00;

const folder = mkdtempSync(join(tmpdir(), 'teahouse-kill-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const random = seeded(chosenSeed());
const people: Person[] = [];
let group: number;
/** What each wallet must hold, from what the server has answered. */
const wallets = new Map<number, number>();
const known: Known = { packets: [], transfers: [], bills: [] };

beforeAll(async () => {
  const executor = bunExecutor(join(folder, 'teahouse.db'));
  await migrate(executor, 0);
  const app = await testApp({ executor });
  app.clock.time = Date.now(); // tokens and bills must fit the server's own clock
  for (let i = 0; i < 6; i += 1) people.push(await person(app, `客${i}`));
  for (const who of people) {
    await withPayPassword(app, who);
    await app.platform.db.write(deposit(who.id, OPENING_FEN, app.platform.ids.next()));
    wallets.set(who.id, OPENING_FEN);
  }
  const [owner, ...others] = people;
  if (!owner) throw new Error('There is nobody.');
  group = await groupOf(owner, ...others);
  for (const [i, one] of others.entries())
    for (const other of others.slice(i + 1)) await befriend(one, other);
  await setLevel(app, group, 1);
  await app.close();
}, 60_000);

async function send(url: string, { who, path, params, key }: MoneyCall): Promise<Answer> {
  const pairs = Object.entries(params).map(([name, value]): [string, string] => [name, String(value)]);
  const headers = { authorization: `Bearer ${who.token}`, 'idempotency-key': key };
  const init = { method: 'POST', headers, body: new URLSearchParams(pairs) };
  const response = await fetch(`${url}${path}`, init);
  const answer: unknown = JSON.parse(await response.text());
  if (typeof answer !== 'object' || answer === null || !('code' in answer) || !('data' in answer))
    throw new Error('This is no envelope.');
  return { code: String(answer.code), data: answer.data };
}

let keys = 0;
/** Everybody moves money until the server is gone. Calls without an answer were under way then. */
async function rush(url: string): Promise<MoneyCall[]> {
  const calls: MoneyCall[] = [];
  const live = async (who: Person) => {
    for (;;) {
      keys += 1;
      const call: MoneyCall = { who, key: `call-${keys}`, ...drawCall(random, who, people, known, group) };
      calls.push(call);
      try {
        call.answer = await send(url, call);
      } catch {
        return;
      }
      learn(call, call.answer, known);
    }
  };
  await Promise.all(people.flatMap((who) => Array.from({ length: AT_ONCE }, () => live(who))));
  return calls;
}

/** Sends everything again under its key: what was acknowledged must be so still, and what was not is settled now. */
async function settle(url: string, calls: readonly MoneyCall[]): Promise<void> {
  const queue = calls.filter(({ answer }) => !answer || answer.code === '1');
  const work = async () => {
    for (let call = queue.shift(); call; call = queue.shift()) {
      const again = await send(url, call);
      if (call.answer) expect(again, `${call.path} under ${call.key}`).toEqual(call.answer);
      else learn(call, again, known);
      call.answer = again;
    }
  };
  await Promise.all(Array.from({ length: 16 }, work));
}

function account(calls: readonly MoneyCall[]): void {
  for (const { answer, effects } of calls) {
    if (answer?.code !== '1') continue;
    for (const [user, fen] of effects(answer.data)) wallets.set(user, (wallets.get(user) ?? 0) + fen);
  }
}

async function balancesAt(url: string): Promise<Map<number, number>> {
  const balances = people.map(async ({ id, token }): Promise<[number, number]> => {
    const response = await fetch(`${url}/wallet/getBalance`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const { data } = JSON.parse(await response.text()) as { data: string }; // parseYuan judges it
    return [id, parseYuan(data) ?? Number.NaN];
  });
  return new Map(await Promise.all(balances));
}

test(`a server killed ${KILLS} times in the middle of a money load loses nothing that it acknowledged, and does nothing by halves`, async () => {
  console.error(`crash: SEED=${random.seed}`);
  const acknowledged: MoneyCall[] = [];
  let unanswered = 0;
  let server = await startOn(folder);
  for (let kill = 0; kill < KILLS; kill += 1) {
    const rushing = rush(server.url);
    await new Promise((resolve) => setTimeout(resolve, 150 + random.below(500)));
    await server.kill();
    const calls = await rushing;
    acknowledged.push(...calls.filter(({ answer }) => answer?.code === '1'));
    unanswered += calls.filter(({ answer }) => !answer).length;
    expect(await reconcileOn(folder), `after kill ${kill + 1}`).toBe('The books balance.');
    server = await startOn(folder);
    await settle(server.url, calls);
    account(calls);
    expect(await balancesAt(server.url), `after kill ${kill + 1}`).toEqual(wallets);
  }
  await server.kill();
  expect(await reconcileOn(folder)).toBe('The books balance.');
  // A load that the kills did not hit would prove nothing.
  expect(acknowledged.length).toBeGreaterThan(KILLS * 10);
  expect(new Set(acknowledged.map(({ path }) => path)).size).toBe(KINDS);
  expect(unanswered).toBeGreaterThan(KILLS);
  console.error(`crash: ${acknowledged.length} acknowledged before a kill, ${unanswered} under way at one`);
}, 180_000);
