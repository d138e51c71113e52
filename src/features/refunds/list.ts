import { and, asc, desc, eq, lt, sql } from 'drizzle-orm';
import { paymentOrders } from '../../../db/schema/payment-orders.ts';
import { REFUND, refundRequests, refunds } from '../../../db/schema/refunds.ts';
import type { RefundId, UserId } from '../../core/ids.ts';
import { LIST_SIZE } from '../../core/operator-page.ts';
import { p, prepareRead, prepareSelect, type RowOf } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';

/** What orders refunds under way: the oldest first. */
export type RefundKey = { readonly at: number; readonly id: number };
const BEFORE_ALL: RefundKey = { at: -1, id: 0 };

const columns = {
  id: refunds.id,
  provider: refunds.provider,
  tradeNo: refunds.tradeNo,
  outTradeNo: paymentOrders.outTradeNo,
  userId: refunds.userId,
  payer: paymentOrders.userId,
  amount: refunds.amount,
  total: refunds.total,
  state: refunds.state,
  createdAt: refunds.createdAt,
  endedAt: refunds.endedAt,
  stage: refundRequests.stage,
  attempts: refundRequests.attempts,
  sentAt: refundRequests.sentAt,
  nextAt: refundRequests.nextAt,
  reason: refundRequests.reason,
  refundId: refundRequests.transferNo,
};
const under = sql`${refunds.state} = ${sql.raw(String(REFUND.underWay))}`;

const waiting = prepareSelect<RefundKey>()(columns, (select) =>
  select
    .from(refunds)
    .innerJoin(paymentOrders, eq(paymentOrders.id, refunds.orderId))
    .innerJoin(refundRequests, eq(refundRequests.refundId, refunds.id))
    .where(and(under, sql`(${refunds.createdAt}, ${refunds.id}) > (${p('at')}, ${p('id')})`))
    .orderBy(asc(refunds.createdAt), asc(refunds.id))
    .limit(LIST_SIZE),
);
const countWaiting = prepareRead<void, { total: number }>(
  sql`SELECT count(*) FROM ${refunds} WHERE ${under}`,
  ['total'],
);
const ofUser = prepareSelect<{ user: UserId; before: number }>()(columns, (select) =>
  select
    .from(refunds)
    .innerJoin(paymentOrders, eq(paymentOrders.id, refunds.orderId))
    .innerJoin(refundRequests, eq(refundRequests.refundId, refunds.id))
    .where(and(eq(refunds.userId, p('user')), lt(refunds.id, p('before'))))
    .orderBy(desc(refunds.id))
    .limit(LIST_SIZE),
);
const countOfUser = prepareRead<{ user: UserId }, { total: number }>(
  sql`SELECT count(*) FROM ${refunds} WHERE user_id = ${p('user')}`,
  ['total'],
);
const one = prepareSelect<{ refund: RefundId }>()(columns, (select) =>
  select
    .from(refunds)
    .innerJoin(paymentOrders, eq(paymentOrders.id, refunds.orderId))
    .innerJoin(refundRequests, eq(refundRequests.refundId, refunds.id))
    .where(eq(refunds.id, p('refund'))),
);
const ofPayment = prepareSelect<{ provider: string; tradeNo: string }>()(columns, (select) =>
  select
    .from(refunds)
    .innerJoin(paymentOrders, eq(paymentOrders.id, refunds.orderId))
    .innerJoin(refundRequests, eq(refundRequests.refundId, refunds.id))
    .where(and(eq(refunds.provider, p('provider')), eq(refunds.tradeNo, p('tradeNo')))),
);
export type RefundRow = RowOf<typeof one>;

type Home = Pick<Platform, 'db'>;
interface Refunds {
  readonly rows: readonly RefundRow[];
  /** How many there are in all. */
  readonly total: number;
}

/** Refunds that have no end yet, oldest first. @param after the last of the page before */
export async function refundsUnderWay({ db }: Home, after: RefundKey = BEFORE_ALL): Promise<Refunds> {
  const { rows, count } = await db.read({ rows: waiting(after), count: countWaiting() });
  return { rows, total: count[0]?.total ?? 0 };
}

/** What was ever taken out of a wallet to be refunded, newest first. @param before the last of the page before */
export async function refundsOf(
  { db }: Home,
  user: UserId,
  before: number = Number.MAX_SAFE_INTEGER,
): Promise<Refunds> {
  const { rows, count } = await db.read({ rows: ofUser({ user, before }), count: countOfUser({ user }) });
  return { rows, total: count[0]?.total ?? 0 };
}

/** One refund, whatever became of it. */
export const findRefund = async ({ db }: Home, refund: RefundId): Promise<RefundRow | undefined> =>
  (await db.read(one({ refund })))[0];

/** Every refund of a payment. */
export const refundsOfPayment = ({ db }: Home, provider: string, tradeNo: string) =>
  db.read(ofPayment({ provider, tradeNo }));

const WORDS = {
  [REFUND.underWay]: 'under way',
  [REFUND.done]: 'done',
  [REFUND.returned]: 'returned',
} as const;
/** How a refund stands, in a word. */
export const refundState = ({ state }: Pick<RefundRow, 'state'>) => WORDS[state];
