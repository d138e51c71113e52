import { createPublicKey } from 'node:crypto';
import * as z from 'zod';
import { TRADE } from '../../db/schema/payment-orders.ts';
import { chinaDateText } from '../core/china-time.ts';
import { yuan } from '../core/fen.ts';
import { signedParameters, signedText } from '../platform/payments/alipay-signing.ts';
import { rsaVerify } from '../platform/payments/rsa.ts';
import { type RefundBooks, refundCalls } from './alipay-refund-wire.ts';
import { refusal, signedReply } from './alipay-replies.ts';
import { transferCalls } from './alipay-transfer-wire.ts';
import type { DemoAccounts } from './demo-accounts.ts';
import type { Trade } from './trades.ts';
import type { SandboxTransfers } from './transfers.ts';

const STATUS = ['WAIT_BUYER_PAY', 'TRADE_SUCCESS', 'TRADE_CLOSED'] as const;
const content = z.looseObject({ out_trade_no: z.string() });

const unknown = refusal('ACQ.TRADE_NOT_EXIST');

/** A trade that has gone back to the last fen is closed, and says when it was paid. */
async function factsOf({ refunds }: RefundBooks, trade: Trade) {
  const isGone = trade.state === TRADE.paid && (await refunds.gone(trade.tradeNo)) === trade.amount;
  return {
    trade_status: isGone ? 'TRADE_CLOSED' : STATUS[trade.state],
    total_amount: yuan(trade.amount),
    ...(trade.state === TRADE.paid ? { send_pay_date: chinaDateText(trade.paidAt ?? trade.openedAt) } : {}),
  };
}

async function answer(books: RefundBooks, method: string, outTradeNo: string): Promise<object> {
  const { trades } = books;
  const trade = await trades.find(outTradeNo);
  if (!trade) return unknown;
  const names = { out_trade_no: trade.outTradeNo, trade_no: trade.tradeNo };
  if (method.endsWith('.query'))
    return { code: '10000', msg: 'Success', ...names, ...(await factsOf(books, trade)) };
  // Only what waits for its buyer can be closed: neither what was paid, nor what is closed already.
  if (trade.state === TRADE.closed) return refusal('ACQ.REASON_TRADE_STATUS_INVALID');
  const after = await trades.close(outTradeNo);
  return after?.state === TRADE.closed
    ? { code: '10000', msg: 'Success', ...names }
    : refusal('ACQ.TRADE_STATUS_ERROR');
}

export interface AlipayBooks extends RefundBooks {
  readonly transfers: SandboxTransfers;
}

/** What becomes of a call that is well signed. */
async function outcome(books: AlipayBooks, parameters: Readonly<Record<string, string>>): Promise<object> {
  const { method = '', biz_content: text = '{}' } = parameters;
  const call = Object.hasOwn(transferCalls, method) ? transferCalls[method] : undefined;
  if (call) {
    const hasCertificates = parameters['app_cert_sn'] && parameters['alipay_root_cert_sn'];
    return hasCertificates ? call(books.transfers, text) : refusal('isv.missing-cert', '40001');
  }
  const giveBack = Object.hasOwn(refundCalls, method) ? refundCalls[method] : undefined;
  if (giveBack) return giveBack(books, text);
  const wanted = content.safeParse(JSON.parse(text)).data;
  return ['alipay.trade.query', 'alipay.trade.close'].includes(method) && wanted
    ? answer(books, method, wanted.out_trade_no)
    : refusal('isv.invalid-method', '40002');
}

/** Alipay's `/gateway.do` as far as our clients use it: signatures are checked, replies are signed. */
export async function alipayWire(
  accounts: DemoAccounts,
  books: AlipayBooks,
  body: string,
): Promise<Response> {
  const { sign = '', ...parameters } = Object.fromEntries(new URLSearchParams(body));
  const isOurs =
    parameters['app_id'] === accounts.alipay.appId &&
    rsaVerify(createPublicKey(accounts.alipay.key), signedText(parameters), sign);
  const result = isOurs ? await outcome(books, parameters) : refusal('isv.invalid-signature', '40002');
  return signedReply(accounts, parameters['method'] ?? '', result);
}

/** A notice as Alipay sends it: a signed form. `changes` replace or add parameters before they are signed. */
export function alipayNotice(
  accounts: DemoAccounts,
  trade: Trade,
  now: number,
  changes: Readonly<Record<string, string>> = {},
): Request {
  const { alipay, gatewayKey } = accounts;
  const parameters = {
    app_id: alipay.appId,
    seller_id: alipay.sellerId,
    notify_type: 'trade_status_sync',
    notify_id: trade.tradeNo,
    notify_time: chinaDateText(now),
    charset: 'utf-8',
    version: '1.0',
    out_trade_no: trade.outTradeNo,
    trade_no: trade.tradeNo,
    trade_status: 'TRADE_SUCCESS',
    total_amount: yuan(trade.amount),
    ...changes,
  };
  const body = new URLSearchParams({ ...signedParameters(parameters, gatewayKey), sign_type: 'RSA2' });
  return new Request(alipay.notifyUrl, { method: 'POST', body });
}
