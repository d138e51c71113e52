import * as z from 'zod';
import { TRADE } from '../../db/schema/payment-orders.ts';
import { fen, parseYuan, yuan } from '../core/fen.ts';
import { refusal } from './alipay-replies.ts';
import type { SandboxRefunds } from './refunds.ts';
import type { Trades } from './trades.ts';

const wanted = z.looseObject({
  trade_no: z.string(),
  out_request_no: z.string().regex(/^[\w-]{1,64}$/),
  refund_amount: z.string(),
});
const asked = z.looseObject({ trade_no: z.string(), out_request_no: z.string() });
const SUCCESS = { code: '10000', msg: 'Success' };

export interface RefundBooks {
  readonly trades: Trades;
  readonly refunds: SandboxRefunds;
}

async function refund({ trades, refunds }: RefundBooks, content: string): Promise<object> {
  const wish = wanted.safeParse(JSON.parse(content)).data;
  const amount = parseYuan(wish?.refund_amount ?? '');
  if (!wish || !amount) return refusal('ACQ.INVALID_PARAMETER');
  const trade = await trades.byTradeNo(wish.trade_no);
  if (trade?.provider !== 'alipay') return refusal('ACQ.TRADE_NOT_EXIST');
  if (trade.state !== TRADE.paid) return refusal('ACQ.TRADE_STATUS_ERROR');
  const taken = await refunds.take({
    refundNo: wish.out_request_no,
    provider: 'alipay',
    tradeNo: trade.tradeNo,
    amount,
    total: fen(trade.amount),
  });
  if (!taken) return refusal('ACQ.REASON_TRADE_REFUND_FEE_ERR');
  if (taken.known.amount !== amount || taken.known.tradeNo !== trade.tradeNo)
    return refusal('ACQ.DISCORDANT_REPEAT_REQUEST');
  return {
    ...SUCCESS,
    trade_no: trade.tradeNo,
    out_trade_no: trade.outTradeNo,
    buyer_logon_id: 'sandbox***@example.com',
    fund_change: taken.isNew ? 'Y' : 'N',
    refund_fee: yuan(await refunds.gone(trade.tradeNo)),
    send_back_fee: yuan(taken.isNew ? amount : 0),
  };
}

async function query({ trades, refunds }: RefundBooks, content: string): Promise<object> {
  const question = asked.safeParse(JSON.parse(content)).data;
  const trade = question && (await trades.byTradeNo(question.trade_no));
  if (!question) return refusal('ACQ.INVALID_PARAMETER');
  if (!trade) return refusal('ACQ.TRADE_NOT_EXIST');
  const found = await refunds.find(question.out_request_no);
  // As at the real one: of a refund that is not known nothing is said, and the call has succeeded.
  if (found?.tradeNo !== trade.tradeNo) return SUCCESS;
  return {
    ...SUCCESS,
    trade_no: trade.tradeNo,
    out_trade_no: trade.outTradeNo,
    out_request_no: found.refundNo,
    total_amount: yuan(trade.amount),
    refund_amount: yuan(found.amount),
    refund_status: 'REFUND_SUCCESS',
  };
}

/** Calls of the open platform about payments that go back, by method; each takes `biz_content` as it is. */
export const refundCalls: Readonly<Record<string, (books: RefundBooks, content: string) => Promise<object>>> =
  {
    'alipay.trade.refund': refund,
    'alipay.trade.fastpay.refund.query': query,
  };
