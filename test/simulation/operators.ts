import { expect } from 'vitest';
import { fen } from '../../src/core/fen.ts';
import type { OperatorId } from '../../src/core/ids.ts';
import { runJobs } from '../../src/jobs.ts';
import type { Actor } from '../../src/operations/actor.ts';
import { eyesOf } from '../../src/operations/approvals/eyes.ts';
import { sealAudit } from '../../src/operations/audit/seal.ts';
import { verifyAudit } from '../../src/operations/audit/verify.ts';
import type { Executor } from '../../src/platform/database/executor.ts';
import { HeldClock } from '../support/app.ts';
import { change } from '../support/bank.ts';
import { hostileRefunds } from '../support/hostile-refunds.ts';
import { expectBalancedBooks } from '../support/money.ts';
import type { Seeded } from '../support/seeded.ts';
import { moneyActions } from './money.ts';
import { type Answer, add, fenOf, type Given, type Life, operate, wrote } from './operator-life.ts';
import { payOrder, workOffPayments } from './operator-payments.ts';
import { newWorld } from './world.ts';

const BATCHES = 30;
const CALLS = 10;
const ACTS = 8;
const HOUR = 3600_000;
/** What one operator may move alone, fen. */
const ALONE = 50_00;

const NAMES = ['fay', 'fin', 'olive', 'sam', 'mo'] as const;
const ROLES = { fay: 'finance', fin: 'finance', olive: 'owner', sam: 'support', mo: 'moderator' } as const;
const ACTORS: readonly Actor[] = [
  ...NAMES.map(
    (name, i): Actor => ({
      kind: 'operator',
      id: (i + 11) as OperatorId,
      name,
      role: ROLES[name],
      address: '',
    }),
  ),
  // Fay's program, Fay at the machine, and somebody there with and without sudo.
  {
    kind: 'operator',
    id: 21 as OperatorId,
    name: 'bot',
    role: 'finance',
    address: '',
    scopes: ['corrections.*', 'approvals.*', 'payouts.*', 'refunds.*', 'strays.*'],
  },
  { kind: 'shell', user: 'fay' },
  { kind: 'shell', user: 'anna' },
  { kind: 'shell', user: 'anna (sudo)' },
];
/** The person behind each, as a reader of this list would say. */
const personOf = (actor: Actor) => {
  const name = actor.kind === 'shell' ? actor.user.replace(' (sudo)', '') : actor.name;
  return name === 'bot' ? 'fay' : name;
};

/** What a correction that was done means for the model. */
function apply(life: Life, name: string, { user, yuan, from, taken, fromAdjustments }: Answer) {
  const amount = fenOf(yuan);
  const { wallets } = life;
  wrote(life, name);
  switch (name) {
    case 'corrections.credit':
      add(wallets, user, amount);
      if (from === 'seized') life.paidFromSeized += amount;
      else life.credited += amount;
      return;
    case 'corrections.debit':
      add(wallets, user, -amount);
      life.debited += amount;
      return;
    case 'corrections.seize':
      add(wallets, user, -amount);
      life.seized += amount;
      return;
    case 'refunds.refund':
      // The books of refunds say what has left a wallet.
      return;
    default:
      add(wallets, user, amount);
      add(wallets, from, -fenOf(taken));
      life.credited += fenOf(fromAdjustments);
  }
}

const day = (now: number) => Math.floor((now + 8 * HOUR) / (24 * HOUR));

async function correct(life: Life, actor: Actor, name: string, given: Given) {
  const today = day(life.home.clock.now());
  const answer = await operate(life, actor, name, { ...given, reason: 'a life' });
  if (!answer) return;
  if (answer.waits) {
    wrote(life, 'approvals.ask');
    life.asked.set(answer.approval, personOf(actor));
    return;
  }
  const key = `${(await eyesOf(life.home, actor)).key} ${answer.user} ${today}`;
  add(life.alone, key, fenOf(answer.yuan));
  expect(life.alone.get(key), `${key}: alone`).toBeLessThanOrEqual(ALONE);
  apply(life, name, answer);
}

async function decide(life: Life, actor: Actor, verb: string) {
  const { random } = life.world;
  const open = [...life.asked.keys()];
  if (open.length === 0) return;
  const approval = random.pick(open.slice(-10));
  const given = verb === 'reject' ? { approval, reason: 'a life' } : { approval };
  const answer = await operate(life, actor, `approvals.${verb}`, given);
  if (!answer) return;
  // Each ends once, and never by the eyes that asked; only these withdraw.
  expect(life.decided.has(approval)).toBe(false);
  life.decided.add(approval);
  expect(personOf(actor) === life.asked.get(approval)).toBe(verb === 'withdraw');
  wrote(life, `approvals.${verb}`);
  if (verb === 'approve') apply(life, answer.operation, answer);
}

async function freeze(life: Life, actor: Actor, user: number, verb: 'freeze' | 'unfreeze') {
  life.touched.add(user);
  if (!(await operate(life, actor, `wallets.${verb}`, { user, reason: 'a life' }))) return;
  wrote(life, `wallets.${verb}`);
  if (verb === 'freeze') life.shut.add(user);
  else life.shut.delete(user);
}

/** Something that an operator does; whose wallet a freeze is about is drawn at once, the rest when its time comes. */
async function act(life: Life): Promise<void> {
  const { random, people, transfers, packets } = life.world;
  const actor = random.pick(ACTORS);
  const user = random.pick(people).id;
  const yuan = ((1 + random.below(random.chance(40) ? 300_00 : 40_00)) / 100).toFixed(2);
  const fromAdjustments = random.chance(40);
  const oneOf = (list: readonly { readonly id: string }[]) =>
    Number(list.length > 0 ? random.pick(list).id : 1);
  const [transfer, packet] = [oneOf(transfers), oneOf(packets)];
  const share = life.opened.length > 0 && random.chance(70) ? random.pick(life.opened) : { packet, user };
  const what = random.below(20);
  if (what < 3)
    return correct(life, actor, 'corrections.credit', {
      user,
      yuan,
      ...(random.chance(30) ? { from: 'seized' } : {}),
    });
  if (what < 5) return correct(life, actor, 'corrections.debit', { user, yuan });
  if (what < 6)
    return correct(life, actor, 'corrections.seize', { user, ...(random.chance(50) ? { yuan } : {}) });
  if (what < 8) return correct(life, actor, 'corrections.reverse-transfer', { transfer, fromAdjustments });
  if (what < 9) return correct(life, actor, 'corrections.reverse-share', { ...share, fromAdjustments });
  if (what < 11) {
    const payment = random.pick([...life.trades, { tradeNo: 'none' }]).tradeNo;
    return correct(life, actor, 'refunds.refund', {
      payment,
      ...(random.chance(50) ? { yuan: '3.00' } : {}),
    });
  }
  if (what < 14) return workOffPayments(life, actor);
  if (what < 18) return decide(life, actor, random.pick(['approve', 'approve', 'reject', 'withdraw']));
  return freeze(life, actor, user, random.chance(40) ? 'freeze' : 'unfreeze');
}

const actions = moneyActions.flatMap(([weight, draw]) => Array.from({ length: weight }, () => draw));

/** Something that one of the people does with money. */
async function pay(life: Life): Promise<void> {
  const { world } = life;
  const who = world.random.pick(world.people);
  if (world.random.chance(15)) return payOrder(life, who);
  const draft = world.random.pick(actions)(world, who);
  if (!draft) return;
  const payer = draft.who ?? who;
  const reply = await payer.call(draft.path, draft.params);
  if (reply.code !== '1') return;
  draft.learn?.(reply.data);
  if (draft.path === '/chat/openRedPacket')
    life.opened.push({ packet: Number(draft.params['redPacketId']), user: payer.id });
  const effects = draft.effects?.(reply.data) ?? [];
  for (const [person, amount] of effects) {
    add(life.wallets, person.id, amount);
    // What was frozen before the batch, and is so behind it, lets nothing go.
    if (amount < 0 && life.shut.has(person.id) && !life.touched.has(person.id))
      throw new Error(`${draft.path} took ${amount} from a frozen wallet.`);
  }
  if (draft.path === '/wallet/recharge')
    life.recharged += effects.reduce((sum, [, amount]) => sum + amount, 0);
}

/** Every wallet and every account of the system is what the answers say. */
async function expectModel(life: Life): Promise<void> {
  const { app, people } = life.world;
  const rows = await app.sql(
    `SELECT a.id, a.balance - COALESCE((SELECT SUM(amount * direction) FROM bills
      WHERE user_id = a.id AND later_type IS NULL AND money_type IN (7, 8, 10, 13, 15)), 0)
        + COALESCE((SELECT SUM(amount) FROM refunds WHERE user_id = a.id AND state <> 2), 0)
      FROM ledger_accounts a WHERE a.id > 0 ORDER BY a.id`,
  );
  expect(rows).toEqual(people.map(({ id }) => [id, life.wallets.get(id) ?? 0]));
  const [[cashIn, adjustments, seized, cashOut, refunded] = []] = await app.sql(
    "SELECT SUM(CASE kind WHEN 'cash_in' THEN balance END), SUM(CASE kind WHEN 'adjustments' THEN balance END), SUM(CASE kind WHEN 'seized' THEN balance END), SUM(CASE kind WHEN 'cash_out' THEN balance END), (SELECT COALESCE(SUM(amount), 0) FROM refunds WHERE state = 1 AND user_id IS NOT NULL) FROM ledger_accounts",
  );
  expect(Number(cashOut)).toBe(life.paidOut + Number(refunded));
  expect(Number(seized)).toBe(life.seized - life.paidFromSeized);
  const putIn = Number(adjustments) + life.credited - life.debited;
  expect(putIn).toBeGreaterThanOrEqual(0);
  expect(Number(cashIn) + life.recharged + putIn).toBe(0);
}

/** One row for each act that an answer told of, and the seals hold. */
async function expectAudit(life: Life): Promise<void> {
  const rows = await life.world.app.sql(
    'SELECT operation, count(*) FROM audit GROUP BY operation ORDER BY operation',
  );
  expect(rows).toEqual([...life.written].sort(([a], [b]) => (a < b ? -1 : 1)));
  await sealAudit(life.home);
  expect((await verifyAudit(life.home.db, life.home.keys.audit, life.home.clock.now())).faults).toEqual([]);
}

async function begin(random: Seeded, executor?: Executor): Promise<Life> {
  const clock = new HeldClock();
  const providers = hostileRefunds(clock);
  const platformOf = { payments: providers.payments, publicUrl: 'http://teahouse.test' };
  const world = await newWorld(random, { clock, platform: platformOf, ...(executor ? { executor } : {}) });
  const { platform } = world.app;
  await world.app.executor.write([
    ...NAMES.map((name, i) =>
      change(
        'INSERT INTO operators (id, name, role, created_at) VALUES (?, ?, ?, 0)',
        i + 11,
        name,
        ROLES[name],
      ),
    ),
    change(
      `INSERT INTO operator_tokens (id, name, role, scopes, addresses, digest, created_by, created_at, expires_at)
        VALUES (21, 'bot', 'finance', '[]', '[]', 'd', 11, 0, 9999999999999)`,
    ),
  ]);
  return {
    world,
    home: { ...platform, config: { ...platform.config, ADMIN_TWO_EYES: fen(ALONE) } },
    wallets: new Map(),
    asked: new Map(),
    decided: new Set(),
    alone: new Map(),
    shut: new Set(),
    touched: new Set(),
    opened: [],
    written: new Map(),
    recharged: 0,
    credited: 0,
    debited: 0,
    seized: 0,
    paidFromSeized: 0,
    succeeded: new Set(),
    providers,
    trades: [],
    paidOut: 0,
  };
}

/**
 * A random life of operators who play against each other and against what people pay, all at once. After each batch
 * the books balance, every wallet is what the answers say, and the audit has a row for each act.
 * @returns the operations that succeeded at least once
 */
export async function operatorsLive(
  random: Seeded,
  { executor, batches = BATCHES }: { readonly executor?: Executor; readonly batches?: number } = {},
): Promise<ReadonlySet<string>> {
  const life = await begin(random, executor);
  const { app } = life.world;
  for (let batch = 0; batch < batches; batch += 1) {
    life.touched.clear();
    const acts = Array.from({ length: ACTS }, () => act(life));
    const payments = Array.from({ length: CALLS }, () => pay(life));
    const looking = random.chance(20) ? operate(life, ACTORS[2] as Actor, 'ledger.reconcile', {}) : undefined;
    await Promise.all([...acts, ...payments, looking]);
    await expectBalancedBooks(app);
    await expectModel(life);
    const books = await looking;
    if (books) expect(books).toMatchObject({ standing: 'balances', findings: [] });
    if (random.chance(25)) app.clock.advance(random.pick([1, 10 * 60_000, 8 * HOUR, 24 * HOUR, 73 * HOUR]));
    if (random.chance(30)) await runJobs(life.home);
  }
  await expectAudit(life);
  const last = await operate(life, ACTORS[2] as Actor, 'ledger.reconcile', {});
  expect(last).toMatchObject({ standing: 'balances', problems: 0 });
  await app.close();
  return life.succeeded;
}
