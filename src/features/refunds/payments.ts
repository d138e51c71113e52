import { sql } from 'drizzle-orm';
import { ORDER, paymentOrders, strayPayments } from '../../../db/schema/payment-orders.ts';
import type { Fen } from '../../core/fen.ts';
import type { OrderId, UserId } from '../../core/ids.ts';
import { kindOf } from '../../ledger/journal.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import type { Provider } from '../../platform/payments/port.ts';
import type { Platform } from '../../realtime/context.ts';
import { givenBack } from './rows.ts';
import type { Refundable } from './start.ts';

type Row = {
  readonly provider: Provider;
  readonly tradeNo: string;
  readonly order: OrderId;
  readonly outTradeNo: string;
  readonly payer: UserId | null;
  readonly total: Fen;
  readonly isStray: number;
  readonly isOver: number;
  readonly creditedAs: string | null;
  readonly givenBack: number;
};

const gone = (payment: 'o' | 's') =>
  givenBack(sql.raw(`${payment}.provider`), sql.raw(`${payment}.trade_no`));
const ofOrders = sql`SELECT o.provider, o.trade_no, o.id, o.out_trade_no, o.user_id, o.amount, 0, 0, ${kindOf(sql`o.credited_by`)}, ${gone('o')}
  FROM ${paymentOrders} AS o`;
const ofStrays = sql`SELECT s.provider, s.trade_no, o.id, o.out_trade_no, o.user_id, s.amount, 1, s.refunded_at IS NOT NULL, NULL, ${gone('s')}
  FROM ${strayPayments} AS s JOIN ${paymentOrders} AS o ON o.id = s.order_id`;
const named = prepareRead<{ number: string }, Row>(
  sql`${ofOrders} WHERE o.provider IN ('alipay', 'wxpay') AND o.trade_no = ${p('number')}
    UNION ALL ${ofOrders} WHERE o.out_trade_no = ${p('number')} AND o.state = ${ORDER.paid}
    UNION ALL ${ofStrays} WHERE s.trade_no = ${p('number')}
    UNION ALL ${ofStrays} WHERE o.out_trade_no = ${p('number')}`,
  [
    'provider',
    'tradeNo',
    'order',
    'outTradeNo',
    'payer',
    'total',
    'isStray',
    'isOver',
    'creditedAs',
    'givenBack',
  ],
);

/**
 * Where a payment's money is: in its payer's wallet, in nobody's (it belongs to no order, or nobody has claimed it),
 * spent on a number, or with the payer again.
 */
export type Whereabouts = 'wallet' | 'nobody' | 'unclaimed' | 'number' | 'gone back';

/** A payment that came in by a provider. */
export interface FoundPayment extends Omit<Refundable, 'user'> {
  readonly outTradeNo: string;
  /** Null where somebody without an account has paid. */
  readonly payer: UserId | null;
  readonly whereabouts: Whereabouts;
  /** Fen that have gone back by our own refunds, or are on their way. */
  readonly givenBack: number;
}

const IN_WALLET = ['recharge', 'number_refunded'];

function whereaboutsOf({ isStray, isOver, creditedAs }: Row): Whereabouts {
  if (isStray === 1) return isOver === 1 ? 'gone back' : 'nobody';
  if (creditedAs === null) return 'unclaimed';
  return IN_WALLET.includes(creditedAs) ? 'wallet' : 'number';
}

/** The payments that have this number: the provider's of one, or our order's, which may have been paid twice. */
export async function paymentsNamed(
  { db }: Pick<Platform, 'db'>,
  number: string,
): Promise<readonly FoundPayment[]> {
  const rows = await db.read(named({ number }));
  return rows.map((row) => {
    const { isStray: _, isOver: __, creditedAs: ___, ...payment } = row;
    return { ...payment, whereabouts: whereaboutsOf(row) };
  });
}

/** What of a payment can be refunded; undefined where nothing of it can. */
export function refundableOf({ whereabouts, payer, ...payment }: FoundPayment): Refundable | undefined {
  if (whereabouts === 'number' || whereabouts === 'gone back') return undefined;
  const { provider, tradeNo, order, total } = payment;
  return { provider, tradeNo, order, total, user: whereabouts === 'wallet' ? payer : null };
}
