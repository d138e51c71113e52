import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { newPerson } from '../e2e/support/client.ts';
import { launchBrowser } from './support/browser.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

test.each(['alipay', 'wxpay'])(
  'an order with %s is shown, paid by the button, and credited',
  async (type) => {
    const me = await newPerson();
    const subject = '<b>充值</b>';
    const order = { amount: '8.88', body: '', subject, type, orderType: 0 };
    const { outTradeNo } = (await me.call('/wallet/createRechargeOrder', order)).data;
    const page = await browser.newPage({ viewport: { width: 390, height: 700 }, locale: 'zh-CN' });
    const troubles: string[] = [];
    const asked = new Set<string>();
    page.on('console', (message) => {
      if (message.type() === 'error') troubles.push(message.text());
    });
    page.on('request', (request) => asked.add(new URL(request.url()).origin));
    await page.goto(`${inject('url')}/sandbox/pay/${outTradeNo}`);
    expect(await page.locator('.amount').textContent()).toBe('¥ 8.88');
    expect(await page.locator('body').textContent()).toContain(subject);
    await page.getByRole('button', { name: '确认支付' }).click();
    await page.getByText('支付成功').waitFor();
    expect((await me.call('/wallet/getBalance')).data).toBe('8.88');
    await page.goto(page.url());
    expect(await page.locator('#state').textContent()).toBe('已支付');
    expect(await page.getByRole('button').count()).toBe(0);
    expect(troubles).toEqual([]);
    expect([...asked].filter((origin) => origin.startsWith('http'))).toEqual([inject('url')]);
    await page.close();
  },
);
