import { expect } from 'vitest';
import { endpoints } from '../../src/endpoints.ts';
import { returnPayout, settlePayout } from '../../src/features/payouts/end.ts';
import { waitingPayouts } from '../../src/features/payouts/list.ts';
import { KEY_LIFE_MS } from '../../src/http/idempotency.ts';
import { runJobs } from '../../src/jobs.ts';
import type { Person, Reply } from '../support/app.ts';
import { expectBalancedBooks } from '../support/money.ts';
import type { Seeded } from '../support/seeded.ts';
import { type Draw, moneyActions } from './money.ts';
import { dismiss, peopleActions } from './people.ts';
import { type Draft, newWorld, type World } from './world.ts';

const BATCHES = 50;
const CALLS = 16;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const JUMPS = [1, 1000, 10 * MINUTE, 15 * MINUTE, DAY - 1, DAY];

const actions: readonly Draw[] = [...moneyActions, ...peopleActions, [0.3, dismiss] as const].flatMap(
  ([weight, draw]) => Array.from({ length: Math.round(weight * 4) }, () => draw),
);
const isIdempotent = new Set(
  endpoints.filter((each) => !each.open && each.idempotent).map(({ path }): string => path),
);

interface Call extends Draft {
  readonly who: Person;
  readonly key: string;
  readonly sentAt: number;
  /** The first success, which every other one under the key must repeat. */
  success?: Reply['data'];
}

interface Life {
  readonly world: World;
  readonly calls: Call[];
  /** What each wallet must hold by what was answered, but for what only the server tells. */
  readonly wallets: Map<number, number>;
  recharged: number;
  settled: number;
  readonly succeeded: Set<string>;
}

function drawCall({ world, calls }: Life): Call {
  const { random, people, app } = world;
  for (;;) {
    const who = random.pick(people);
    const draft = random.pick(actions)(world, who);
    if (!draft) continue;
    const call = { who, ...draft, key: `k${calls.length}`, sentAt: app.clock.now() };
    calls.push(call);
    return call;
  }
}

/** New calls, some of them several times, and old ones again, in any order. */
function drawBatch(life: Life): Call[] {
  const { random, app } = life.world;
  const batch: Call[] = [];
  for (let i = 0; i < CALLS; i += 1) {
    const call = drawCall(life);
    for (let copies = random.chance(25) ? 2 + random.below(2) : 1; copies > 0; copies -= 1) batch.push(call);
  }
  const remembered = life.calls.filter(
    ({ path, sentAt }) => isIdempotent.has(path) && sentAt > app.clock.now() - KEY_LIFE_MS,
  );
  for (let i = 0; i < 4 && remembered.length > 0; i += 1) batch.push(random.pick(remembered));
  for (let i = batch.length - 1; i > 0; i -= 1) {
    const j = random.below(i + 1);
    const [a, b] = [batch[i], batch[j]];
    if (a && b) [batch[i], batch[j]] = [b, a];
  }
  return batch;
}

async function make(life: Life, call: Call): Promise<void> {
  const { who, path, params, key } = call;
  const reply = await who.call(path, params, { headers: { 'idempotency-key': key } });
  expect(reply.status, path).toBe(200);
  if (reply.code !== '1') return;
  life.succeeded.add(path);
  if (isIdempotent.has(path) && call.success !== undefined) {
    expect(reply.data, `${path} under ${key}`).toEqual(call.success);
    return;
  }
  call.success = reply.data;
  call.learn?.(reply.data);
  const effects = call.effects?.(reply.data) ?? [];
  for (const [person, fen] of effects) life.wallets.set(person.id, (life.wallets.get(person.id) ?? 0) + fen);
  if (path === '/wallet/recharge') life.recharged += effects.reduce((sum, [, fen]) => sum + fen, 0);
}

/** The operator ends some payouts; a settlement and a return may meet. */
async function endPayouts(life: Life): Promise<void> {
  const { app, random } = life.world;
  for (const { id, amount } of (await waitingPayouts(app.platform)).filter(() => random.chance(30))) {
    const settling = random.chance(50) ? settlePayout(app.platform, id) : false;
    const returning = random.chance(50) ? returnPayout(app.platform, id) : false;
    const [settled, returned] = await Promise.all([settling, returning]);
    expect(settled && returned).toBe(false);
    if (settled) life.settled += amount;
  }
}

/** To a moment about the next deadline, or some way on. */
async function passTime({ app, random }: World): Promise<void> {
  const now = app.clock.now();
  const [[next] = []] = await app.sql(
    `SELECT MIN(at) FROM (SELECT expires_at AS at FROM red_packets WHERE status = 1
      UNION ALL SELECT expires_at FROM transfers WHERE status = 1 UNION ALL SELECT expires_at FROM aa_bills WHERE status = 0
      UNION ALL SELECT level_expires_at FROM groups UNION ALL SELECT fee_since FROM groups) WHERE at > ?`,
    now + 1,
  );
  if (next && random.chance(50)) app.clock.time = Number(next) - 1 + random.below(3);
  else app.clock.advance(random.pick(JUMPS));
}

const OVERDUE = `SELECT 'packet', id FROM red_packets WHERE status = 1 AND expires_at <= ?1
  UNION ALL SELECT 'transfer', id FROM transfers WHERE status = 1 AND expires_at <= ?1
  UNION ALL SELECT 'bill', id FROM aa_bills WHERE status = 0 AND expires_at <= ?1
  UNION ALL SELECT 'level', id FROM groups WHERE expiry_told < level_expires_at AND level_expires_at <= ?1`;

/** Money comes in by recharges and leaves by settled payouts alone; in between it only changes hands. */
async function expectConserved({ world, recharged, settled }: Life): Promise<void> {
  const rows = await world.app.sql(
    "SELECT SUM(CASE WHEN kind = 'cash_in' THEN -balance END), SUM(CASE WHEN kind = 'cash_out' THEN balance END), " +
      "SUM(CASE WHEN kind NOT IN ('cash_in', 'cash_out') THEN balance END) FROM ledger_accounts",
  );
  expect(rows).toEqual([[recharged, settled, recharged - settled]]);
}

/**
 * Each wallet moved by what was answered, by what came back (7, 8, 15), by complete AA bills (10) and by fees for
 * joining (13), and by nothing else.
 */
async function expectAnswered({ world, wallets }: Life): Promise<void> {
  const rows = await world.app.sql(
    `SELECT a.id, a.balance - COALESCE((SELECT SUM(amount * direction) FROM bills
      WHERE user_id = a.id AND money_type IN (7, 8, 10, 13, 15)), 0) FROM ledger_accounts a WHERE a.id > 0 ORDER BY a.id`,
  );
  expect(rows).toEqual(world.people.map(({ id }) => [id, wallets.get(id) ?? 0]));
}

/** Each organiser got the shares of his complete AA bills, and each payer those of expired ones back, to the fen. */
async function expectShared({ world }: Life): Promise<void> {
  const rows = await world.app.sql(
    `SELECT user_id, SUM(fen) FROM (SELECT organiser_id AS user_id, slots * share AS fen FROM aa_bills WHERE status = 1
      UNION ALL SELECT x.user_id, b.share FROM aa_payments x JOIN aa_bills b ON b.id = x.bill_id WHERE b.status = 2
      UNION ALL SELECT user_id, -amount FROM bills WHERE money_type = 10
      UNION ALL SELECT user_id, -amount FROM bills WHERE money_type = 8 AND dest_id IN (SELECT id FROM aa_bills))
      GROUP BY user_id HAVING SUM(fen) <> 0`,
  );
  expect(rows).toEqual([]);
}

/** Nobody paid in this batch for joining without being told that he is in. */
async function expectAdmitted({ world: { app } }: Life): Promise<void> {
  const rows = await app.sql(
    `SELECT user_id, dest_id FROM bills WHERE money_type = 13 AND direction = -1 AND occurred_at = ?1
      EXCEPT SELECT user_id, dest_id FROM inbox WHERE type = 60 AND created_at = ?1`,
    app.clock.now(),
  );
  expect(rows).toEqual([]);
}

/**
 * Lives a random life of many people: what they do, twice and in any order, at every deadline, beside the jobs.
 * After each batch the books balance, money is conserved and each wallet is what the answers say.
 * @returns the paths that succeeded at least once
 */
export async function live(random: Seeded): Promise<ReadonlySet<string>> {
  const world = await newWorld(random);
  const life: Life = { world, calls: [], wallets: new Map(), recharged: 0, settled: 0, succeeded: new Set() };
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const doing = drawBatch(life).map((call) => make(life, call));
    const beside = [
      random.chance(40) ? endPayouts(life) : undefined,
      random.chance(40) ? runJobs(world.app.platform) : undefined,
    ];
    await Promise.all([...doing, ...beside]);
    await expectBalancedBooks(world.app);
    await expectConserved(life);
    await expectAnswered(life);
    await expectShared(life);
    await expectAdmitted(life);
    if (random.chance(30)) await passTime(world);
    if (random.chance(30)) {
      await runJobs(world.app.platform);
      expect(await world.app.sql(OVERDUE, world.app.clock.now())).toEqual([]);
      await expectBalancedBooks(world.app);
    }
  }
  await world.app.close();
  return life.succeeded;
}
