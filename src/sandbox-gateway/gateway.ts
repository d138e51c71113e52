import { BadConfig } from '../core/bad-config.ts';
import type { Settings } from '../core/settings.ts';
import { transferScene } from '../platform/payments/accounts.ts';
import { alipayGateway } from '../platform/payments/alipay.ts';
import { alipayPayouts } from '../platform/payments/alipay-transfer.ts';
import type { PayoutGateway, PayoutProvider, Payouts } from '../platform/payments/payout-port.ts';
import type { Fetch, PaymentGateway, Payments, Provider } from '../platform/payments/port.ts';
import { wechatGateway } from '../platform/payments/wechat.ts';
import { alipayNotice, alipayWire } from './alipay-wire.ts';
import { openDemoAccounts } from './demo-accounts.ts';
import { createRefunds } from './refunds.ts';
import { createTrades, type Tools, type Trade } from './trades.ts';
import { createTransfers } from './transfers.ts';
import { wechatNotice, wechatWire } from './wechat-wire.ts';

/**
 * Both payment providers, played by ourselves: the very clients of production talk to it over the same wire,
 * signatures and sealed notices included, so that a recharge can be lived through without an account anywhere.
 * It gives money away. Throws `BadConfig` in production.
 */
export async function openSandboxGateway(config: Settings, publicUrl: string, tools: Tools) {
  if (config.MODE !== 'sandbox') {
    throw new BadConfig(['The sandbox’s payment gateway gives money away and is refused in production.']);
  }
  const { clock, random } = tools;
  const accounts = await openDemoAccounts(tools.db, random, publicUrl);
  const trades = createTrades(tools);
  const transfers = createTransfers(tools);
  const refunds = createRefunds(tools);
  const wire = { accounts, trades, refunds, clock, random };
  const fetch: Fetch = async (address, init) => {
    const request = new Request(address, init);
    return address === accounts.alipay.gateway
      ? alipayWire(accounts, { trades, transfers, refunds }, await request.text())
      : wechatWire(wire, request);
  };
  const gateways: Readonly<Record<Provider, PaymentGateway>> = {
    alipay: alipayGateway(accounts.alipay, clock, fetch),
    wxpay: wechatGateway(accounts.wxpay, clock, random, fetch),
  };
  const payouts: Readonly<Record<PayoutProvider, PayoutGateway>> = {
    alipay: alipayPayouts(accounts.alipay, transferScene(config), clock, fetch),
  };
  return {
    accounts,
    trades,
    transfers,
    refunds,
    gateways,
    payouts,
    fetch,
    /** The notice that tells of a paid trade. */
    notice: (trade: Trade): Request =>
      trade.provider === 'alipay' ? alipayNotice(accounts, trade, clock.now()) : wechatNotice(wire, trade),
  };
}
export type SandboxGateway = Awaited<ReturnType<typeof openSandboxGateway>>;

/** The sandbox's gateways, for providers that the settings name no account at; none in production. */
export const sandboxPayments =
  (config: Settings, publicUrl: string, tools: Tools): Payments =>
  async (provider) =>
    config.MODE === 'sandbox'
      ? (await openSandboxGateway(config, publicUrl, tools)).gateways[provider]
      : undefined;

/** The same for what pays withdrawals out. */
export const sandboxPayouts =
  (config: Settings, publicUrl: string, tools: Tools): Payouts =>
  async (provider) =>
    config.MODE === 'sandbox'
      ? (await openSandboxGateway(config, publicUrl, tools)).payouts[provider]
      : undefined;
