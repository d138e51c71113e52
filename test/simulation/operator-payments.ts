import type { Fen } from '../../src/core/fen.ts';
import { yuan } from '../../src/core/fen.ts';
import type { Actor } from '../../src/operations/actor.ts';
import type { Person } from '../support/app.ts';
import { ordered, paid } from '../support/refunds.ts';
import { add, fenOf, type Life, operate, wrote } from './operator-life.ts';

/** Somebody pays into their wallet by a provider; now and then twice, by mistake. */
export async function payOrder(life: Life, who: Person): Promise<void> {
  const { app, random } = life.world;
  const type = random.pick(['alipay', 'wxpay'] as const);
  const order = await ordered(who, type);
  life.trades.push(await paid(app, life.providers, type, order));
  add(life.wallets, who.id, 1234);
  life.recharged += 1234;
  if (random.chance(30)) life.trades.push(await paid(app, life.providers, type, order));
}

const recentOf = async ({ world }: Life, table: 'payouts' | 'refunds') =>
  (await world.app.sql(`SELECT id, amount FROM ${table} ORDER BY id DESC LIMIT 12`)).map(([id, amount]) => ({
    id: Number(id),
    amount: Number(amount),
  }));

async function endPayout(life: Life, actor: Actor): Promise<void> {
  const { random } = life.world;
  const payouts = await recentOf(life, 'payouts');
  if (payouts.length === 0) return;
  if (random.chance(25)) return answerOfBank(life, actor, payouts);
  const name = `payouts.${random.pick(['settle', 'settle', 'return', 'bounced'])}`;
  const answer = await operate(life, actor, name, { payout: random.pick(payouts).id, reason: 'a life' });
  if (!answer) return;
  wrote(life, name);
  if (name === 'payouts.settle') life.paidOut += fenOf(answer.yuan);
  if (name === 'payouts.bounced') life.paidOut -= fenOf(answer.yuan);
}

/** The bank answers some payouts in one table. */
async function answerOfBank(
  life: Life,
  actor: Actor,
  payouts: readonly { readonly id: number; readonly amount: number }[],
): Promise<void> {
  const { random } = life.world;
  const amounts = new Map(payouts.map(({ id, amount }) => [String(id), amount]));
  const lines = payouts
    .slice(0, 4)
    .map(({ id, amount }) => `${id},${yuan(amount as Fen)},${random.pick(['成功', '失败'])}`);
  const answer = await operate(life, actor, 'payouts.import', {
    file: ['付款编号,金额,结果', ...lines, ''].join('\n'),
    reason: 'a life',
  });
  for (const { payout, result, done } of answer?.lines ?? []) {
    if (!done) continue;
    wrote(life, 'payouts.import');
    if (result === '成功') life.paidOut += amounts.get(payout) ?? 0;
  }
}

/** An operator who looks at the provider before they end a refund. */
async function endRefund(life: Life, actor: Actor): Promise<void> {
  const { random } = life.world;
  const refunds = await recentOf(life, 'refunds');
  if (refunds.length === 0) return;
  const refund = random.pick(refunds).id;
  const isGone = life.providers.gone().some(({ refundNo }) => refundNo === `refund${refund}`);
  const name = random.chance(30) ? 'refunds.ask' : isGone ? 'refunds.settle' : 'refunds.return';
  if (await operate(life, actor, name, { refund, reason: 'a life' })) wrote(life, name);
}

async function refundedByHand(life: Life, actor: Actor): Promise<void> {
  if (life.trades.length === 0) return;
  const tradeNumber = life.world.random.pick(life.trades).tradeNo;
  if (await operate(life, actor, 'strays.refunded', { tradeNumber })) wrote(life, 'strays.refunded');
}

/** An operator sees to what goes to banks and providers, or came from them. */
export function workOffPayments(life: Life, actor: Actor): Promise<void> {
  const what = life.world.random.below(4);
  if (what < 2) return endPayout(life, actor);
  return what < 3 ? endRefund(life, actor) : refundedByHand(life, actor);
}
