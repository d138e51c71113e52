import { createPublicKey } from 'node:crypto';
import * as z from 'zod';
import { chinaDateText } from '../../china-time.ts';
import { signedParameters, signedText } from '../../platform/payments/alipay-signing.ts';
import { rsaSign, rsaVerify } from '../../platform/payments/rsa.ts';
import { yuan } from '../fen.ts';
import type { DemoAccounts } from './demo-accounts.ts';
import { TRADE, type Trade, type Trades } from './trades.ts';

const STATUS = ['WAIT_BUYER_PAY', 'TRADE_SUCCESS', 'TRADE_CLOSED'] as const;
const content = z.looseObject({ out_trade_no: z.string() });

const refusal = (subCode: string) => ({ code: '40004', msg: 'Business Failed', sub_code: subCode });
const unknown = refusal('ACQ.TRADE_NOT_EXIST');

async function answer(trades: Trades, method: string, outTradeNo: string): Promise<object> {
  const trade = await trades.find(outTradeNo);
  if (!trade) return unknown;
  const names = { out_trade_no: trade.outTradeNo, trade_no: trade.tradeNo };
  if (method.endsWith('.query')) {
    const facts = { trade_status: STATUS[trade.state], total_amount: yuan(trade.amount) };
    return { code: '10000', msg: 'Success', ...names, ...facts };
  }
  // Only what waits for its buyer can be closed: neither what was paid, nor what is closed already.
  if (trade.state === TRADE.closed) return refusal('ACQ.REASON_TRADE_STATUS_INVALID');
  const after = await trades.close(outTradeNo);
  return after?.state === TRADE.closed
    ? { code: '10000', msg: 'Success', ...names }
    : refusal('ACQ.TRADE_STATUS_ERROR');
}

/** Alipay's `/gateway.do` as far as our client uses it: signatures are checked, replies are signed. */
export async function alipayWire(accounts: DemoAccounts, trades: Trades, body: string): Promise<Response> {
  const { sign = '', ...parameters } = Object.fromEntries(new URLSearchParams(body));
  const method = parameters['method'] ?? '';
  const isOurs =
    parameters['app_id'] === accounts.alipay.appId &&
    rsaVerify(createPublicKey(accounts.alipay.key), signedText(parameters), sign);
  const served = ['alipay.trade.query', 'alipay.trade.close'];
  const wanted = content.safeParse(JSON.parse(parameters['biz_content'] ?? '{}')).data;
  let result: object = refusal('isv.invalid-signature');
  if (isOurs) {
    result =
      served.includes(method) && wanted
        ? await answer(trades, method, wanted.out_trade_no)
        : refusal('isv.invalid-method');
  }
  const text = JSON.stringify(result);
  const name = `${method.replaceAll('.', '_')}_response`;
  return new Response(`{"${name}":${text},"sign":${JSON.stringify(rsaSign(accounts.gatewayKey, text))}}`);
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
