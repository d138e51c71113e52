import type { PaymentGateway, Provider } from '../../src/platform/payments/port.ts';
import { openSandboxGateway, type SandboxGateway } from '../../src/sandbox-gateway/gateway.ts';
import type { Trade } from '../../src/sandbox-gateway/trades.ts';
import type { TestApp } from './app.ts';
import { change } from './bank.ts';
import { type Fault, faultyNotice, gatewayPair, merchantPair } from './faulty-notice.ts';
import { bare } from './payment-keys.ts';

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
      ['SANDBOX_MERCHANT_KEY', bare(merchantPair.pkcs8)],
      ['SANDBOX_GATEWAY_KEY', bare(gatewayPair.pkcs8)],
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
  const faulty = (trade: Trade, fault?: Fault) => faultyNotice(accounts, platform.clock, trade, fault);

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
