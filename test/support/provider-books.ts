import { createPrivateKey, createPublicKey } from 'node:crypto';
import { TRADE } from '../../db/schema/payment-orders.ts';
import { SANDBOX_REFUND } from '../../db/schema/refunds.ts';
import { NOTIFY_PATH } from '../../src/platform/payments/accounts.ts';
import type { DemoAccounts } from '../../src/sandbox-gateway/demo-accounts.ts';
import type { SandboxRefund, SandboxRefunds } from '../../src/sandbox-gateway/refunds.ts';
import type { Trade, Trades } from '../../src/sandbox-gateway/trades.ts';
import type { SandboxTransfers } from '../../src/sandbox-gateway/transfers.ts';
import { gatewayPair, merchantPair } from './faulty-notice.ts';

const WECHAT_KEY = 'PUB_KEY_ID_TEST';
const API_KEY = 'an APIv3 key of thirty-two bytes';

/** The merchant's accounts as the providers know them. */
export function testAccounts(publicUrl: string, gateway: string): DemoAccounts {
  const key = createPrivateKey(merchantPair.pkcs8);
  const gatewayKey = createPrivateKey(gatewayPair.pkcs8);
  const publicKey = createPublicKey(gatewayKey);
  return {
    gatewayKey,
    wechatSerial: WECHAT_KEY,
    alipay: {
      appId: '2021000000000001',
      sellerId: '2088000000000001',
      key,
      gatewayKey: publicKey,
      // Only transfers look at them.
      certificates: { app: 'app', root: 'root' },
      gateway: `${gateway}/gateway.do`,
      notifyUrl: `${publicUrl}${NOTIFY_PATH.alipay}`,
    },
    wxpay: {
      appId: 'wx00000000000test',
      signer: { mchId: '1900000001', serial: 'ABCDEF', key },
      apiKey: API_KEY,
      gatewayKeys: new Map([[WECHAT_KEY, publicKey]]),
      gateway,
      notifyUrl: `${publicUrl}${NOTIFY_PATH.wxpay}`,
    },
  };
}

/** The same accounts as an operator sets them. */
export const accountSettings = ({ alipay, wxpay }: DemoAccounts): Readonly<Record<string, string>> => ({
  ALIPAY_APP_ID: alipay.appId,
  ALIPAY_SELLER_ID: alipay.sellerId,
  ALIPAY_PRIVATE_KEY: merchantPair.pkcs1,
  ALIPAY_PUBLIC_KEY: gatewayPair.spki,
  ALIPAY_GATEWAY: alipay.gateway,
  WXPAY_APP_ID: wxpay.appId,
  WXPAY_MCH_ID: wxpay.signer.mchId,
  WXPAY_SERIAL: wxpay.signer.serial,
  WXPAY_PRIVATE_KEY: merchantPair.pkcs8,
  WXPAY_API_V3_KEY: wxpay.apiKey,
  WXPAY_PUBLIC_KEY: gatewayPair.spki,
  WXPAY_PUBLIC_KEY_ID: WECHAT_KEY,
  WXPAY_GATEWAY: wxpay.gateway,
});

/** A provider's trades, in memory. `payAgain`: another payment of an order that is paid. */
export function memoryTrades(): Trades & { payAgain(outTradeNo: string): Promise<Trade> } {
  const trades = new Map<string, Trade>();
  const again: Trade[] = [];
  let opened = 0;
  const change = (outTradeNo: string, state: number): boolean => {
    const trade = trades.get(outTradeNo);
    if (trade?.state !== TRADE.opened) return false;
    trades.set(outTradeNo, { ...trade, state });
    return true;
  };
  return {
    find: async (outTradeNo) => trades.get(outTradeNo),
    byTradeNo: async (tradeNo) => [...trades.values(), ...again].find((trade) => trade.tradeNo === tradeNo),
    async payAgain(outTradeNo) {
      const first = trades.get(outTradeNo);
      if (first?.state !== TRADE.paid) throw new Error('The order is not paid.');
      opened += 1;
      const second = { ...first, tradeNo: `20261122${String(opened).padStart(20, '0')}` };
      again.push(second);
      return second;
    },
    async open(provider, outTradeNo, amount) {
      if (trades.has(outTradeNo)) return;
      opened += 1;
      const tradeNo = `20261122${String(opened).padStart(20, '0')}`;
      const facts = { outTradeNo, provider, amount, tradeNo, openedAt: 0, paidAt: null };
      trades.set(outTradeNo, { ...facts, state: TRADE.opened });
    },
    pay: async (outTradeNo) => change(outTradeNo, TRADE.paid),
    async close(outTradeNo) {
      change(outTradeNo, TRADE.closed);
      return trades.get(outTradeNo);
    },
  };
}

const notAsked = () => Promise.reject(new Error('Nobody should have asked for a transfer.'));
/** A provider that only takes payments in. */
export const noTransfers: SandboxTransfers = { find: notAsked, take: notAsked, decide: notAsked };

/** A provider's refunds, in memory. WeChat Pay says at first that it has begun, and when it is asked that it is done. */
export function memoryRefunds(): SandboxRefunds & { all(): readonly SandboxRefund[] } {
  const refunds = new Map<string, SandboxRefund>();
  const gone = (tradeNo: string) =>
    [...refunds.values()]
      .filter((each) => each.tradeNo === tradeNo && each.state !== SANDBOX_REFUND.closed)
      .reduce((sum, { amount }) => sum + amount, 0);
  function set(refundNo: string, from: number, state: keyof typeof SANDBOX_REFUND) {
    const known = refunds.get(refundNo);
    if (known?.state === from) refunds.set(refundNo, { ...known, state: SANDBOX_REFUND[state] });
    return refunds.get(refundNo);
  }
  return {
    all: () => [...refunds.values()],
    find: async (refundNo) => set(refundNo, SANDBOX_REFUND.underWay, 'done'),
    gone: async (tradeNo) => gone(tradeNo),
    async take({ refundNo, provider, tradeNo, amount, total }) {
      const isNew = !refunds.has(refundNo) && gone(tradeNo) + amount <= total;
      const state = provider === 'alipay' ? SANDBOX_REFUND.done : SANDBOX_REFUND.underWay;
      const refundId = `50300${refunds.size}`;
      if (isNew) refunds.set(refundNo, { refundNo, provider, tradeNo, amount, state, refundId, takenAt: 0 });
      const known = refunds.get(refundNo);
      return known && { known, isNew };
    },
    async decide(refundNo, state) {
      set(refundNo, refunds.get(refundNo)?.state ?? 0, state);
    },
  };
}
