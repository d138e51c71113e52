import * as z from 'zod';
import { type Fen, parseYuan, yuan } from '../../core/fen.ts';
import { type AlipayCaller, doubt, NOT_PASSED_ON } from './alipay-caller.ts';
import { codeOf, GatewayUnclear, understood } from './port.ts';
import type { RefundAnswer, RefundGateway, RefundRequest } from './refund-port.ts';

/** Text; a number in Alipay's own samples. */
const money = z.union([z.string(), z.number()]).transform(String).optional();
const refunded = z.looseObject({
  trade_no: z.string(),
  out_trade_no: z.string().optional(),
  /** `Y`: by this very call money has gone back. */
  fund_change: z.string().optional(),
  /** What has gone back of the payment in all. */
  refund_fee: money,
});
const found = z.looseObject({
  trade_no: z.string().optional(),
  out_request_no: z.string().optional(),
  refund_amount: money,
  total_amount: money,
  refund_status: z.string().optional(),
});

/**
 * What Alipay documents as an end of alipay.trade.refund in which nothing went back. Every other code leaves a doubt:
 * ACQ.SYSTEM_ERROR, ACQ.DISCORDANT_REPEAT_REQUEST (the number has other content), and those of tomorrow.
 */
const REFUSED = [
  'ACQ.ALLOC_AMOUNT_VALIDATE_ERROR',
  'ACQ.BUYER_ERROR',
  'ACQ.BUYER_NOT_EXIST',
  'ACQ.INVALID_PARAMETER',
  'ACQ.NOT_ALLOW_PARTIAL_REFUND',
  'ACQ.ONLINE_TRADE_VOUCHER_NOT_ALLOW_REFUND',
  'ACQ.REASON_TRADE_BEEN_FREEZEN',
  'ACQ.REASON_TRADE_REFUND_FEE_ERR',
  'ACQ.REASON_TRADE_STATUS_INVALID',
  'ACQ.REFUND_ACCOUNT_NOT_EXIST',
  'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL',
  'ACQ.REFUND_CHARGE_ERROR',
  'ACQ.REFUND_FEE_ERROR',
  'ACQ.SELLER_BALANCE_NOT_ENOUGH',
  'ACQ.TRADE_HAS_CLOSE',
  'ACQ.TRADE_HAS_FINISHED',
  'ACQ.TRADE_NOT_ALLOW_REFUND',
  'ACQ.TRADE_NOT_EXIST',
  'ACQ.TRADE_STATUS_ERROR',
  'ACQ.USER_NOT_MATCH_ERR',
];

const differs = (told: string | undefined, ours: string) => told !== undefined && told !== ours;
const isOther = (told: string | undefined, ours: Fen) => told !== undefined && parseYuan(told) !== ours;

function outcome(answer: unknown, { tradeNo, outTradeNo, amount }: RefundRequest): RefundAnswer {
  const { trade_no, out_trade_no, fund_change, refund_fee } = understood(refunded, answer);
  if (trade_no !== tradeNo || differs(out_trade_no, outTradeNo))
    throw new GatewayUnclear('The reply is not about this payment.');
  // Without it nothing has moved now: it was refunded by an earlier request, or is not. The question tells.
  if (fund_change !== 'Y') throw new GatewayUnclear('NO_FUND_CHANGE');
  const inAll = parseYuan(refund_fee ?? '');
  if (inAll === undefined || inAll < amount) throw new GatewayUnclear('The reply is about another amount.');
  return { state: 'done', refundId: '' };
}

function standing(answer: unknown, { refundNo, tradeNo, amount, total }: RefundRequest): RefundAnswer {
  const { trade_no, out_request_no, refund_amount, total_amount, refund_status } = understood(found, answer);
  if (differs(trade_no, tradeNo) || differs(out_request_no, refundNo))
    throw new GatewayUnclear('The reply is not about this refund.');
  if (isOther(total_amount, total) || isOther(refund_amount, amount))
    throw new GatewayUnclear('The reply is about another amount.');
  if (refund_status === 'REFUND_SUCCESS' && out_request_no && refund_amount !== undefined)
    return { state: 'done', refundId: '' };
  // As documented: where it says nothing of a refund, the request has not arrived or has failed.
  if (refund_status === undefined && refund_amount === undefined) return { state: 'unknown', isSigned: true };
  throw new GatewayUnclear(`The refund is ${codeOf(refund_status, 'in no known state')}.`);
}

/** Alipay's refunds (alipay.trade.refund and alipay.trade.fastpay.refund.query). */
export const alipayRefunds = ({ answerOf }: AlipayCaller): RefundGateway => ({
  async refund(request) {
    const { refundNo, tradeNo, amount, reason } = request;
    const content = {
      trade_no: tradeNo,
      refund_amount: yuan(amount),
      out_request_no: refundNo,
      refund_reason: reason,
    };
    const answer = await answerOf('alipay.trade.refund', content);
    if (answer.code === '10000') return outcome(answer, request);
    const code = codeOf(answer.sub_code, codeOf(answer.code, ''));
    const isRefused = answer.code === '40004' ? REFUSED.includes(code) : NOT_PASSED_ON.includes(answer.code);
    if (!isRefused) throw doubt(answer);
    return { state: 'refused', code };
  },
  async queryRefund(request) {
    const content = { trade_no: request.tradeNo, out_request_no: request.refundNo };
    const answer = await answerOf('alipay.trade.fastpay.refund.query', content);
    // That there is no such payment says nothing: there was one, so it is somebody else's account that was asked.
    if (answer.code !== '10000') throw doubt(answer);
    return standing(answer, request);
  },
});
