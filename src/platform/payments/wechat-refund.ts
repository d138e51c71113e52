import * as z from 'zod';
import { fen } from '../../core/fen.ts';
import { codeOf, GatewayRefusal, GatewayUnclear, type Notice, type TradeState, understood } from './port.ts';
import type { RefundAnswer, RefundGateway, RefundRequest } from './refund-port.ts';
import { UNKNOWN, type WechatAccount, type WechatCall } from './wechat-caller.ts';

const PATH = '/v3/refund/domestic/refunds';
const EVENTS = ['REFUND.SUCCESS', 'REFUND.ABNORMAL', 'REFUND.CLOSED'];
/** Notices of WeChat Pay that tell of refunds. */
export const isRefundEvent = (event: string): boolean => EVENTS.includes(event);

const named = {
  out_refund_no: z.string(),
  refund_id: z.string(),
  transaction_id: z.string(),
  out_trade_no: z.string(),
  amount: z.looseObject({
    total: z.number().int(),
    refund: z.number().int(),
    currency: z.literal('CNY').optional(),
  }),
};
const replyShape = z.looseObject({ ...named, status: z.string() });
const noticeShape = z.looseObject({ ...named, mchid: z.string(), refund_status: z.string() });

/**
 * What WeChat Pay documents as a refusal: nothing goes back by this request. FREQUENCY_LIMITED is none (it may go
 * through a little later), nor is what is not documented.
 */
const REFUSED = [
  'INVALID_REQUEST',
  'MCH_NOT_EXISTS',
  'NOT_ENOUGH',
  'NO_AUTH',
  'PARAM_ERROR',
  'REQUEST_BLOCKED',
  'RESOURCE_NOT_EXISTS',
  'SIGN_ERROR',
  'USER_ACCOUNT_ABNORMAL',
];

/** What WeChat calls a refund's state, in our words; undefined for one that we do not know. */
function answerOf(status: string, refundId: string): RefundAnswer | undefined {
  if (status === 'SUCCESS') return { state: 'done', refundId: codeOf(refundId, '') };
  if (status === 'PROCESSING') return { state: 'under way' };
  if (status === 'CLOSED') return { state: 'closed', code: status };
  if (status === 'ABNORMAL') return { state: 'stuck', code: status };
  return undefined;
}

function outcome(reply: unknown, { refundNo, tradeNo, outTradeNo, amount, total }: RefundRequest) {
  const told = understood(replyShape, reply);
  if (told.out_refund_no !== refundNo || told.transaction_id !== tradeNo || told.out_trade_no !== outTradeNo)
    throw new GatewayUnclear('The reply is not about this refund.');
  if (told.amount.refund !== amount || told.amount.total !== total)
    throw new GatewayUnclear('The reply is about another amount.');
  const answer = answerOf(told.status, told.refund_id);
  if (!answer) throw new GatewayUnclear(`The refund is ${codeOf(told.status, 'in no known state')}.`);
  return answer;
}

/** @param inside what was sealed in the notice */
export function wechatRefundNotice({ signer }: WechatAccount, inside: unknown): Notice {
  const told = noticeShape.safeParse(inside).data;
  if (!told) return { kind: 'refused', why: 'incomplete' };
  if (told.mchid !== signer.mchId) return { kind: 'refused', why: 'another merchant' };
  const answer = answerOf(told.refund_status, told.refund_id);
  if (!answer) return { kind: 'irrelevant' };
  const { out_refund_no: refundNo, transaction_id: tradeNo, out_trade_no: outTradeNo } = told;
  const amounts = { amount: fen(told.amount.refund), total: fen(told.amount.total) };
  return { kind: 'refund', refundNo, tradeNo, outTradeNo, ...amounts, answer };
}

/**
 * WeChat Pay's refunds in China.
 * @param tradeOf what WeChat Pay says, with its signature, of an order
 */
export const wechatRefunds = (
  { notifyUrl }: WechatAccount,
  call: WechatCall,
  tradeOf: (outTradeNo: string) => Promise<TradeState>,
): RefundGateway => ({
  async refund(request) {
    const { refundNo, tradeNo, amount, total, reason } = request;
    const order = {
      transaction_id: tradeNo,
      out_refund_no: refundNo,
      reason,
      notify_url: notifyUrl,
      amount: { refund: amount, total, currency: 'CNY' },
    };
    try {
      return outcome(await call('POST', PATH, order), request);
    } catch (error) {
      if (!(error instanceof GatewayRefusal)) throw error;
      const code = codeOf(error.code, 'A refusal with no known code.');
      if (!REFUSED.includes(code)) throw new GatewayUnclear(code);
      return { state: 'refused', code };
    }
  },
  async queryRefund(request) {
    try {
      return outcome(await call('GET', `${PATH}/${request.refundNo}`), request);
    } catch (error) {
      if (!(error instanceof GatewayRefusal)) throw error;
      if (!UNKNOWN.includes(error.code)) throw new GatewayUnclear(codeOf(error.code, 'A refusal.'));
      // Refusals are not signed. An order of which nothing has gone back at all is, and proves it.
      const trade = await tradeOf(request.outTradeNo);
      return { state: 'unknown', isSigned: trade.state === 'paid' && trade.tradeNo === request.tradeNo };
    }
  },
});
