import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { alipayNotice } from '../../src/money/sandbox-gateway/alipay-wire.ts';
import { openSandboxGateway, type SandboxGateway } from '../../src/money/sandbox-gateway/gateway.ts';
import type { Trade } from '../../src/money/sandbox-gateway/trades.ts';
import { wechatNotice } from '../../src/money/sandbox-gateway/wechat-wire.ts';
import type { PaymentGateway, Provider } from '../../src/platform/payments/port.ts';
import type { TestApp } from './app.ts';
import { change } from './bank.ts';

/** Key pairs as the providers' consoles make them; making one takes long, so each is made once a process. */
const pem = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
export const merchantPair = pem();
export const gatewayPair = pem();

const bare = (text: string) => text.replace(/-----[^-]+-----|\s/g, '');

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

/** The sandbox's own gateway with the switches of a hostile network. */
export interface FaultyGateway extends SandboxGateway {
  /** Somebody pays at the provider; nothing is told yet. */
  payThere(outTradeNo: string): Promise<Trade>;
  /** A notice of a trade, with a fault. */
  faulty(trade: Trade, fault?: Fault): Promise<Request>;
  /** Delivers a notice; the answer's status and text. */
  deliver(notice: Request): Promise<{ status: number; text: string }>;
  /** Pays and tells, as the real one does. */
  pay(outTradeNo: string, fault?: Fault): Promise<{ status: number; text: string }>;
}

export async function faultyGateway(app: TestApp): Promise<FaultyGateway> {
  await app.executor.write(
    [
      ['SANDBOX_MERCHANT_KEY', bare(merchantPair.privateKey)],
      ['SANDBOX_GATEWAY_KEY', bare(gatewayPair.privateKey)],
      ['SANDBOX_WXPAY_API_V3_KEY', 'k'.repeat(32)],
    ].map(([name = '', value = '']) =>
      change('INSERT INTO instance (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING', name, value),
    ),
  );
  const { platform } = app;
  const sandbox = await openSandboxGateway(
    { ...platform.config, MODE: 'sandbox' },
    platform.publicUrl,
    platform,
  );
  const { accounts, trades } = sandbox;
  const stranger = createPrivateKey(merchantPair.privateKey);

  async function faulty(trade: Trade, fault: Fault = {}): Promise<Request> {
    const { amount = trade.amount, tradeNo = trade.tradeNo, outTradeNo = trade.outTradeNo } = fault;
    const told: Trade = { ...trade, amount, tradeNo, outTradeNo };
    const signers = fault.badSignature ? { ...accounts, gatewayKey: stranger } : accounts;
    const then = { now: () => platform.clock.now() - (fault.age ?? 0) * 1000 };
    const request =
      trade.provider === 'alipay'
        ? alipayNotice(signers, told, then.now(), {
            ...(fault.otherMerchant ? { seller_id: '2088999999999999' } : {}),
            ...(fault.otherApp ? { app_id: '2021999999999999' } : {}),
          })
        : wechatNotice({ accounts: signers, clock: then, random: platform.random }, told, {
            ...(fault.otherMerchant ? { mchid: '1999999999' } : {}),
            ...(fault.otherApp ? { appid: 'wx9999999999999999' } : {}),
          });
    if (!fault.tampered) return request;
    const body = (await request.text()).replace(/(version=1\.)0|(encrypt-resourc)e/, '$1$29');
    return new Request(request.url, { method: 'POST', headers: request.headers, body });
  }
  async function deliver(notice: Request) {
    const response = await app.fetch(notice);
    return { status: response.status, text: await response.text() };
  }
  async function payThere(outTradeNo: string): Promise<Trade> {
    const [[provider, amount] = []] = await app.sql(
      'SELECT provider, amount FROM payment_orders WHERE out_trade_no = ?',
      outTradeNo,
    );
    await trades.open(provider as Provider, outTradeNo, Number(amount)); // a provider, says the schema
    await trades.pay(outTradeNo);
    const trade = await trades.find(outTradeNo);
    if (!trade) throw new Error('No such trade.');
    return trade;
  }
  return {
    ...sandbox,
    faulty,
    deliver,
    payThere,
    pay: async (outTradeNo, fault) => deliver(await faulty(await payThere(outTradeNo), fault)),
  };
}

/** A gateway of which some calls are replaced. */
export const gatewayWith = (gateway: PaymentGateway, changes: Partial<PaymentGateway>): PaymentGateway => ({
  ...gateway,
  ...changes,
});
