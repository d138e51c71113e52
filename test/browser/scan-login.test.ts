import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import decodeQR from 'qr/decode.js';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { newPerson } from '../e2e/support/client.ts';
import { launchBrowser } from './support/browser.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

let page: Page;
let troubles: string[];
let asked: Set<string>;
beforeEach(async () => {
  page = await browser.newPage({ viewport: { width: 480, height: 640 }, locale: 'zh-CN' });
  troubles = [];
  asked = new Set();
  page.on('pageerror', (error) => troubles.push(String(error)));
  page.on('console', (message) => {
    // The browser asks for an icon by itself, and there is none.
    const isIcon = message.location().url.endsWith('/favicon.ico');
    if (message.type() === 'error' && !isIcon) troubles.push(message.text());
  });
  page.on('request', (request) => asked.add(new URL(request.url()).origin));
});
afterEach(async () => {
  await page.close();
  expect(troubles).toEqual([]);
  expect([...asked]).toEqual([inject('url')]);
});

const open = (path = '/pc') => page.goto(`${inject('url')}${path}`);
const pictureAddress = () => page.getByAltText('登录二维码').getAttribute('src');
const says = (text: string) => page.getByText(text, { exact: true }).waitFor({ timeout: 20_000 });
/** SCREENSHOTS names a folder for pictures to look at. */
const picture = async (name: string) => {
  const folder = process.env['SCREENSHOTS'];
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`) });
};

interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: readonly number[];
}

/** Unpacks a screenshot; the browser itself is the one who can. */
const pixelsOf = (png: Buffer) =>
  page.evaluate<Pixels>(`(async () => {
    const bytes = Uint8Array.from(atob('${png.toString('base64')}'), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
    context.drawImage(bitmap, 0, 0);
    const { width, height, data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    return { width, height, data: Array.from(data) };
  })()`);

/** What a phone's camera reads from the screen. */
async function readCode(): Promise<string> {
  const isDrawn = () =>
    page.evaluate<boolean>('document.images[0].complete && document.images[0].naturalWidth > 0');
  await expect.poll(isDrawn, { timeout: 20_000 }).toBe(true);
  const { width, height, data } = await pixelsOf(await page.getByAltText('登录二维码').screenshot());
  return decodeQR({ width, height, data: Uint8Array.from(data) });
}

test.each(['/pc', '/wmsMobile/pc'])(
  '%s shows a code, logs in who scans and approves it, and greets him',
  async (path) => {
    const li = await newPerson('<b>李雷</b>');
    await open(path);
    await says('请用手机上的应用扫描二维码');
    await picture('code');
    const sn = await readCode();
    expect(sn).toMatch(/^uuid:[0-9A-Za-z]{24}$/);
    expect(await li.call('/pc/queryCode', { sn })).toMatchObject({
      code: '1',
      data: { info: '有效二维码', device: expect.stringContaining('Chrome') },
    });
    await says('已扫描，请在手机上确认登录');
    await picture('scanned');
    expect(await li.call('/pc/authLogin', { sn })).toMatchObject({ code: '1' });
    await says('你好，<b>李雷</b>');
    await picture('greeting');
    expect(await page.getByAltText('登录二维码').isVisible()).toBe(false);
    await page.getByRole('button', { name: '退出登录' }).click();
    await says('请用手机上的应用扫描二维码');
    expect(await readCode()).not.toBe(sn);
  },
);

test('a code that has run out is replaced when asked for', async () => {
  await page.route('**/pc/queryCode', (route) =>
    route.fulfill({ json: { code: '-1', data: { info: '二维码已失效' } } }),
  );
  await open();
  await says('二维码已失效');
  await picture('gone');
  const first = await pictureAddress();
  await page.unroute('**/pc/queryCode');
  await page.getByRole('button', { name: '刷新二维码' }).click();
  await says('请用手机上的应用扫描二维码');
  expect(await pictureAddress()).not.toBe(first);
});

test('waits where the server is away, and goes on', async () => {
  const li = await newPerson('李雷');
  await open();
  const sn = await readCode();
  await page.route('**/pc/queryCode', (route) => route.abort());
  await li.call('/pc/queryCode', { sn });
  await li.call('/pc/authLogin', { sn });
  await page.waitForRequest('**/pc/queryCode');
  await page.unroute('**/pc/queryCode');
  await says('你好，李雷');
  troubles = troubles.filter((trouble) => !trouble.includes('ERR_FAILED'));
});
