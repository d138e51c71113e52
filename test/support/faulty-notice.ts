import { createPrivateKey } from 'node:crypto';
import type { Clock } from '../../src/core/clock.ts';
import { systemRandom } from '../../src/core/random.ts';
import { alipayNotice } from '../../src/sandbox-gateway/alipay-wire.ts';
import type { DemoAccounts } from '../../src/sandbox-gateway/demo-accounts.ts';
import type { Trade } from '../../src/sandbox-gateway/trades.ts';
import { wechatNotice } from '../../src/sandbox-gateway/wechat-wire.ts';
import { newPair } from './payment-keys.ts';

/** Key pairs as the providers' consoles make them; making one takes long, so each is made once a process. */
export const merchantPair = newPair();
export const gatewayPair = newPair();
/** Somebody who signs in the provider's place. */
const stranger = createPrivateKey(merchantPair.pkcs8);

/** What a notice can suffer on its way, or be if somebody else has made it. */
export interface Fault {
  /** Fen, instead of what was paid. */
  readonly amount?: number;
  /** Another payment of the same order. */
  readonly tradeNo?: string;
  readonly outTradeNo?: string;
  readonly otherMerchant?: true;
  readonly otherApp?: true;
  readonly badSignature?: true;
  /** One byte of the body differs from what was signed. */
  readonly tampered?: true;
  /** Seconds that the message is old. */
  readonly age?: number;
}

/** A notice of a trade, with a fault. */
export async function faultyNotice(
  accounts: DemoAccounts,
  clock: Clock,
  trade: Trade,
  fault: Fault = {},
): Promise<Request> {
  const { amount = trade.amount, tradeNo = trade.tradeNo, outTradeNo = trade.outTradeNo } = fault;
  const told: Trade = { ...trade, amount, tradeNo, outTradeNo };
  const signers = fault.badSignature ? { ...accounts, gatewayKey: stranger } : accounts;
  const then = { now: () => clock.now() - (fault.age ?? 0) * 1000 };
  const request =
    trade.provider === 'alipay'
      ? alipayNotice(signers, told, then.now(), {
          ...(fault.otherMerchant ? { seller_id: '2088999999999999' } : {}),
          ...(fault.otherApp ? { app_id: '2021999999999999' } : {}),
        })
      : wechatNotice({ accounts: signers, clock: then, random: systemRandom }, told, {
          ...(fault.otherMerchant ? { mchid: '1999999999' } : {}),
          ...(fault.otherApp ? { appid: 'wx9999999999999999' } : {}),
        });
  if (!fault.tampered) return request;
  const body = (await request.text()).replace(/(version=1\.)0|(encrypt-resourc)e/, '$1$29');
  return new Request(request.url, { method: 'POST', headers: request.headers, body });
}
