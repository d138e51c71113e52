import * as z from 'zod';
import { chinaDateText } from '../../core/china-time.ts';
import type { Clock } from '../../core/clock.ts';
import { type Fen, parseYuan, yuan } from '../../core/fen.ts';
import { type AlipayAccount, alipayCaller } from './alipay-caller.ts';
import { alipayRefunds } from './alipay-refund.ts';
import { orderString, verifiedNotice } from './alipay-signing.ts';
import {
  aboutOrder,
  type Fetch,
  GatewayRefusal,
  GatewayUnclear,
  type Notice,
  type PaymentGateway,
  type TradeState,
  understood,
} from './port.ts';

const trade = z.looseObject({
  out_trade_no: z.string(),
  trade_status: z.string(),
  trade_no: z.string().optional(),
  /** Text; a number in Alipay's own sample. */
  total_amount: z.union([z.string(), z.number()]).transform(String).optional(),
  /** When the money came in: of a closed trade, that it did. */
  send_pay_date: z.string().optional(),
});

const NOT_OPENED = 'ACQ.TRADE_NOT_EXIST';
/**
 * Alipay closes nothing but what is in WAIT_BUYER_PAY, and has three codes for all else: paid, and closed already.
 */
const NOT_CLOSABLE = [
  'ACQ.TRADE_STATUS_ERROR',
  'ACQ.REASON_TRADE_STATUS_INVALID',
  'ACQ.REASON_ILLEGAL_STATUS',
];
const CLOSED = 'TRADE_CLOSED';
const PAID = ['TRADE_SUCCESS', 'TRADE_FINISHED'];

const amountOf = (text: string | undefined): Fen | undefined =>
  text === undefined ? undefined : parseYuan(text);

/**
 * What Alipay calls a trade's state, in our words. TRADE_CLOSED is never paid, or refunded to the last fen; a state
 * that is none of those we know may still become a paid one.
 */
function stateOf(answer: z.output<typeof trade>): TradeState {
  const isClosed = answer.trade_status === CLOSED;
  if (isClosed && !answer.send_pay_date) return { state: 'closed' };
  if (!isClosed && !PAID.includes(answer.trade_status)) return { state: 'pending' };
  const amount = amountOf(answer.total_amount);
  if (amount === undefined || !answer.trade_no) throw new GatewayUnclear('A paid trade without its amount.');
  const payment = { tradeNo: answer.trade_no, amount };
  return isClosed ? { state: 'refunded', ...payment, wholly: true } : { state: 'paid', ...payment };
}

/** Whether a notice tells of a refund. Those of payments may say `refund_fee=0.00`, as Alipay's own sample does. */
const hasRefund = ({ refund_fee, gmt_refund }: Readonly<Record<string, string>>): boolean =>
  !!gmt_refund || (!!refund_fee && amountOf(refund_fee) !== 0);

function noticeOf(account: AlipayAccount, raw: string): Notice {
  const parameters = verifiedNotice(raw, account.gatewayKey);
  if (!parameters) return { kind: 'unsigned', why: 'signature' };
  if (parameters['app_id'] !== account.appId) return { kind: 'refused', why: 'another app' };
  if (parameters['seller_id'] !== account.sellerId) return { kind: 'refused', why: 'another merchant' };
  const status = parameters['trade_status'] ?? '';
  // Alipay tells a refund under the state of a paid trade; of a closed one, when nothing is left.
  const isRefund = hasRefund(parameters);
  if (!PAID.includes(status) && !(isRefund && status === CLOSED)) return { kind: 'irrelevant' };
  const { out_trade_no: outTradeNo, trade_no: tradeNo } = parameters;
  const amount = amountOf(parameters['total_amount']);
  if (!outTradeNo || !tradeNo || amount === undefined) return { kind: 'refused', why: 'incomplete' };
  const payment = { outTradeNo, tradeNo, amount };
  return isRefund
    ? { kind: 'refunded', ...payment, wholly: status === CLOSED }
    : { kind: 'paid', ...payment };
}

/** Alipay's app payment (alipay.trade.app.pay and what belongs to it). */
export function alipayGateway(account: AlipayAccount, clock: Clock, fetch: Fetch): PaymentGateway {
  const caller = alipayCaller(account, clock, fetch);
  const { parameters, call } = caller;
  const text = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };
  return {
    provider: 'alipay',
    async createAppPayment({ outTradeNo, amount, subject, body, expiresAt }) {
      const content = {
        out_trade_no: outTradeNo,
        total_amount: yuan(amount),
        subject,
        ...(body ? { body } : {}),
        product_code: 'QUICK_MSECURITY_PAY',
        time_expire: chinaDateText(expiresAt),
      };
      return orderString(
        { ...parameters('alipay.trade.app.pay', content), notify_url: account.notifyUrl },
        account.key,
      );
    },
    async query(outTradeNo) {
      try {
        const answer = understood(trade, await call('alipay.trade.query', { out_trade_no: outTradeNo }));
        return stateOf(aboutOrder(answer, outTradeNo));
      } catch (error) {
        if (error instanceof GatewayRefusal && error.code === NOT_OPENED) return { state: 'unknown' };
        throw error;
      }
    },
    async close(outTradeNo) {
      try {
        await call('alipay.trade.close', { out_trade_no: outTradeNo });
        return 'closed';
      } catch (error) {
        if (!(error instanceof GatewayRefusal)) throw error;
        if (error.code === NOT_OPENED) return 'closed';
        if (NOT_CLOSABLE.includes(error.code)) return 'not closable';
        throw error;
      }
    },
    ...alipayRefunds(caller),
    readNotice: async (_, raw) => noticeOf(account, raw),
    acknowledge: () => new Response('success', { headers: text }),
    refuse: () => new Response('failure', { headers: text }),
    reject: () => new Response('failure', { headers: text }),
  };
}
