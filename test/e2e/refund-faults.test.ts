import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Trade } from '../../src/sandbox-gateway/trades.ts';
import { type PaymentProviders, startPaymentProviders } from '../support/payment-providers.ts';
import { newPerson, type Person, send } from './support/client.ts';
import { PUBLIC_URL, startProduction } from './support/production.ts';
import { isAddress } from './support/target.ts';

const TYPES = ['alipay', 'wxpay'] as const;
/** What becomes of a refund's first request; of `hang` nothing is known at the end. */
const FAULTS = ['pass', 'lose', 'forge', 'hang'] as const;

let providers: PaymentProviders;
let server: Awaited<ReturnType<typeof startProduction>>;
let li: Person;
const refunded: { readonly trade: Trade; readonly how: (typeof FAULTS)[number] | 'stray' }[] = [];

async function deliver(notice: Request): Promise<number> {
  const { headers, method } = notice;
  const path = notice.url.slice(PUBLIC_URL.length);
  return (await send(path, { method, headers, body: await notice.text() }, server.url)).status;
}
/** Waits through the questions that come after half a minute, and after one and a half. */
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 150_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`Not in time: ${what}`);
    await new Promise((soon) => setTimeout(soon, 1000));
  }
}
const balance = async () => (await li.call('/wallet/getBalance')).data;
const admin = async (...words: string[]) => (await server.teahouse?.('admin', 'refunds', ...words)) ?? '';
const asked = ({ tradeNo }: Trade) =>
  providers.asked.some(({ what, outTradeNo }) => what === 'refund' && outTradeNo === tradeNo);
const refundsOf = ({ tradeNo }: Trade) => providers.refunds().filter((each) => each.tradeNo === tradeNo);

describe.skipIf(isAddress(inject('target')))('refunds in production over a hostile network', () => {
  beforeAll(async () => {
    providers = await startPaymentProviders(PUBLIC_URL);
    server = await startProduction(inject('target'), providers.settings);
    li = await newPerson('李', server);
    for (const type of TYPES)
      for (const how of FAULTS) {
        const params = { amount: '12.34', body: '', subject: '茶馆充值', type, orderType: 0 };
        const { data } = await li.call('/wallet/createRechargeOrder', params);
        await providers.open(data.orderString);
        const trade = await providers.pay(data.outTradeNo);
        expect(await deliver(await providers.notice(trade))).toBeLessThan(300);
        providers.bend(trade.tradeNo, how);
        refunded.push({ trade, how });
        if (how !== 'pass') continue;
        const again = await providers.payAgain(data.outTradeNo);
        expect(await deliver(await providers.notice(again))).toBeLessThan(300);
        refunded.push({ trade: again, how: 'stray' });
      }
    expect(await balance()).toBe('98.72');
    for (const { trade } of refunded) await admin('refund', trade.tradeNo, '--reason', 'by mail');
  }, 180_000);
  afterAll(async () => {
    await server?.stop();
    await providers?.stop();
  });

  test('what is refunded leaves the wallet before anybody is asked', async () => {
    expect(await balance()).toBe('0.00');
    expect(
      await admin('refund', refunded[0]?.trade.tradeNo ?? '', '--reason', 'again').catch(String),
    ).toContain('All of that payment');
  });

  test('each is asked for, and goes back once, whatever happens to the answer', async () => {
    await until('every refund to be asked for', async () => {
      await server.runJobs?.();
      return refunded.every(({ trade }) => asked(trade));
    });
    for (const { trade, how } of refunded) if (how !== 'hang') providers.bend(trade.tradeNo, 'pass');
    const told = refunded.find(({ trade, how }) => trade.provider === 'wxpay' && how === 'pass');
    if (!told) expect.unreachable();
    const [notice, copy] = [
      await providers.refundNotice(told.trade),
      await providers.refundNotice(told.trade),
    ];
    expect([await deliver(notice), await deliver(copy)]).toEqual([204, 204]);
    await until('all but those of which nobody knows to be done', async () => {
      await server.runJobs?.();
      return (await admin('list')).endsWith('2 refunds');
    });
    for (const { trade, how } of refunded)
      expect(
        refundsOf(trade).map(({ amount }) => amount),
        how,
      ).toEqual(how === 'hang' ? [] : [1234]);
    expect(await balance()).toBe('0.00');
    expect((await server.teahouse?.('admin', 'strays', 'list')) ?? '0 waiting').toBe('0 waiting');
  }, 320_000);

  test('the books balance, and no log line tells a secret', async () => {
    expect(await server.teahouse?.('reconcile')).toBe('The books balance.');
    const secret = /sign=|ciphertext|PRIVATE KEY|MII[A-Za-z0-9+/]{20}/;
    expect(server.lines?.filter((line) => secret.test(line))).toEqual([]);
  });
});
