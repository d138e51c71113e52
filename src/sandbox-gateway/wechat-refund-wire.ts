import * as z from 'zod';
import { TRADE } from '../../db/schema/payment-orders.ts';
import { chinaIsoText } from '../core/china-time.ts';
import { fen } from '../core/fen.ts';
import type { SandboxRefund, SandboxRefunds } from './refunds.ts';
import type { Trade, Trades } from './trades.ts';

const STATUS = ['PROCESSING', 'SUCCESS', 'CLOSED', 'ABNORMAL'] as const;
const wanted = z.looseObject({
  transaction_id: z.string(),
  out_refund_no: z.string().regex(/^[\w|*@-]{1,64}$/),
  notify_url: z.string().optional(),
  amount: z.looseObject({
    refund: z.number().int().positive(),
    total: z.number().int().positive(),
    currency: z.literal('CNY'),
  }),
});
/** An answer, or the status and code of a refusal. */
type Outcome = { readonly answer: object } | { readonly status: number; readonly code: string };

export interface RefundBooks {
  readonly trades: Trades;
  readonly refunds: SandboxRefunds;
}

export const statusOf = ({ state }: SandboxRefund) => STATUS[state] ?? 'PROCESSING';

/** A refund as WeChat Pay names it, in replies and inside of notices. */
export const refundFacts = (trade: Trade, refund: SandboxRefund) => ({
  refund_id: refund.refundId,
  out_refund_no: refund.refundNo,
  transaction_id: trade.tradeNo,
  out_trade_no: trade.outTradeNo,
  user_received_account: '支付用户零钱',
  amount: {
    total: trade.amount,
    refund: refund.amount,
    payer_total: trade.amount,
    payer_refund: refund.amount,
    currency: 'CNY',
  },
});

const reply = (trade: Trade, refund: SandboxRefund): Outcome => ({
  answer: {
    ...refundFacts(trade, refund),
    channel: 'ORIGINAL',
    create_time: chinaIsoText(refund.takenAt),
    status: statusOf(refund),
  },
});

/** `POST /v3/refund/domestic/refunds`. */
export async function placeRefund({ trades, refunds }: RefundBooks, body: string): Promise<Outcome> {
  const wish = wanted.safeParse(JSON.parse(body)).data;
  if (!wish) return { status: 400, code: 'PARAM_ERROR' };
  const trade = await trades.byTradeNo(wish.transaction_id);
  if (trade?.provider !== 'wxpay' || trade.state !== TRADE.paid)
    return { status: 404, code: 'RESOURCE_NOT_EXISTS' };
  const { refund: amount, total } = wish.amount;
  if (total !== trade.amount) return { status: 400, code: 'PARAM_ERROR' };
  const taken = await refunds.take({
    refundNo: wish.out_refund_no,
    provider: 'wxpay',
    tradeNo: trade.tradeNo,
    amount: fen(amount),
    total: fen(total),
  });
  if (taken?.known.amount !== amount || taken.known.tradeNo !== trade.tradeNo)
    return { status: 400, code: 'INVALID_REQUEST' };
  return reply(trade, taken.known);
}

/** `GET /v3/refund/domestic/refunds/…`. */
export async function findRefund({ trades, refunds }: RefundBooks, refundNo: string): Promise<Outcome> {
  const found = await refunds.find(refundNo);
  const trade = found && (await trades.byTradeNo(found.tradeNo));
  return trade ? reply(trade, found) : { status: 404, code: 'RESOURCE_NOT_EXISTS' };
}
