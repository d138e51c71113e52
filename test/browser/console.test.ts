import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Person } from '../e2e/support/client.ts';
import type { Target } from '../e2e/support/target.ts';
import { OPERATORS_PASSWORD } from '../support/operators.ts';
import { launchBrowser } from './support/browser.ts';
import {
  barriers,
  codeFor,
  invited,
  type OpenPage,
  openConsole,
  openPage,
  operatorCookie,
  picture,
  somebodyWhoWaits,
} from './support/console.ts';

let server: Target;
let browser: Browser;
let owner: string;
let finance: string;
let waiting: Person;
beforeAll(async () => {
  [server, browser] = await Promise.all([openConsole(), launchBrowser()]);
  owner = await operatorCookie(server, 'owner', 'owner');
  finance = await operatorCookie(server, 'finance', 'finance');
  waiting = await somebodyWhoWaits('李雷');
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const PHONE = { viewport: { width: 390, height: 800 } };
const clean = ({ troubles, asked }: OpenPage) => {
  expect(troubles).toEqual([]);
  expect([...asked]).toEqual([server.url]);
};
const heading = ({ page }: OpenPage) => page.locator('main h1');

describe.each([
  ['with JavaScript', true],
  ['without JavaScript', false],
] as const)('%s', (how, javaScriptEnabled) => {
  test('somebody who was invited comes in, and goes', async () => {
    const open = await openPage(browser, server, undefined, { javaScriptEnabled });
    const { page } = open;
    await page.goto(await invited(server, `new-${javaScriptEnabled}`, 'support'));
    await page.getByLabel('New password', { exact: true }).fill('short');
    await page.getByLabel('The new password again').fill('short');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('A password has 12 characters at least.').waitFor();
    await page.getByLabel('New password', { exact: true }).fill(OPERATORS_PASSWORD);
    await page.getByLabel('The new password again').fill(OPERATORS_PASSWORD);
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('img', { name: 'QR code' }).waitFor();
    const secret = (await page.locator('code.secret').textContent()) ?? '';
    await page.getByLabel('Code of the authenticator').fill(codeFor(secret));
    await page.getByRole('button', { name: 'Come in' }).click();
    await page.getByText(`Hello, new-${javaScriptEnabled}`).waitFor();
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('button', { name: 'Log in' }).waitFor();
    await page.goto('/admin/queues');
    expect(new URL(page.url()).pathname).toBe('/admin/login');
    clean(open);
    await open.close();
  });

  test('a withdrawal is settled by click, after two questions', async () => {
    const person = await somebodyWhoWaits('韩梅梅');
    const open = await openPage(browser, server, finance, { javaScriptEnabled });
    const { page } = open;
    await page.goto('/admin/today');
    await page.getByRole('link', { name: 'Queues', exact: true }).click();
    await heading(open).filter({ hasText: 'Queues' }).waitFor();
    const row = page.getByRole('row').filter({ hasText: String(person.id) });
    await row.getByRole('link', { name: /^Settle/ }).click();
    await page.getByRole('button', { name: 'Settle' }).click();
    await heading(open).filter({ hasText: 'Are you sure?' }).waitFor();
    await page.getByRole('button', { name: 'Yes, do it' }).click();
    await page.getByText('Done: Payouts · Settle').waitFor();
    expect(await row.count()).toBe(0);
    clean(open);
    await open.close();
  });

  test(`the other language and back (${how})`, async () => {
    const open = await openPage(browser, server, owner, { javaScriptEnabled });
    const { page } = open;
    await page.goto('/admin/operations');
    await page.getByRole('button', { name: '中文' }).click();
    await heading(open).filter({ hasText: '全部操作' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    await page.getByRole('button', { name: 'English' }).click();
    await heading(open).filter({ hasText: 'All operations' }).waitFor();
    clean(open);
    await open.close();
  });
});

test('a queue is worked off by keyboard alone, and no page is loaded anew', async () => {
  const open = await openPage(browser, server, owner);
  const { page } = open;
  const press = (key: string) => page.keyboard.press(key);
  let loads = 0;
  await page.goto('/admin/operations/reports/reported');
  page.on('load', () => {
    loads += 1;
  });
  const row = page.locator('tr[data-row]');
  const before = await row.count();
  await press('?');
  await page.getByRole('dialog').getByText('next row').waitFor();
  await press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  const first = row.first();
  const isPresent = () => first.evaluate((it) => it === it.ownerDocument.activeElement);
  await press('j');
  await expect.poll(isPresent).toBe(true);
  await press('j');
  await press('k');
  await expect.poll(isPresent).toBe(true);
  await press('a');
  await heading(open).filter({ hasText: 'Close' }).waitFor();
  await press('Enter');
  await page.getByText('Done: Reports · Close').waitFor();
  await expect.poll(() => row.count()).toBe(before - 1);
  await press('/');
  await heading(open).filter({ hasText: 'People' }).waitFor();
  expect(loads).toBeLessThanOrEqual(1);
  clean(open);
  await open.close();
});

test('a person is found, rejected by keyboard, and what was done stands with them', async () => {
  const person = await somebodyWhoWaits('韩雪');
  const open = await openPage(browser, server, owner);
  const { page } = open;
  const press = (key: string) => page.keyboard.press(key);
  await page.goto('/admin/today');
  await press('/');
  await page.keyboard.type(person.mobile);
  await press('Enter');
  await heading(open)
    .filter({ hasText: `韩雪 · ${person.id}` })
    .waitFor();
  await page.getByRole('link', { name: 'Identity · Reject' }).focus();
  await press('Enter');
  await heading(open).filter({ hasText: 'Identity · Reject' }).waitFor();
  await page.keyboard.type('The name is another one.');
  await press('Tab');
  await press('Enter');
  await page.getByText(`Done: Identity · Reject, ${person.id}.`).waitFor();
  await page.getByText('The name is another one.').waitFor();
  clean(open);
  await open.close();
});

test('the bank’s table is downloaded, and its answer is taken line by line', async () => {
  const open = await openPage(browser, server, finance);
  const { page } = open;
  await page.goto('/admin/operations/payouts/import');
  const csv = '付款编号,金额,结果\n1,3.00,成功\n';
  await page
    .getByLabel('File')
    .setInputFiles({ name: 'bank.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await page.getByRole('button', { name: 'Import' }).click();
  await page.getByText('Say that you are sure.').waitFor();
  await page
    .getByLabel('File')
    .setInputFiles({ name: 'bank.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await page.getByLabel('I am sure.').check();
  await page.getByRole('button', { name: 'Import' }).click();
  await page.getByText('0 of 1 lines did something.').waitFor();
  await page.getByText('There is no such payout.').waitFor();
  await page.goto('/admin/operations/payouts/list');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'This page as CSV' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^payouts-list-\d{8}-\d{6}\.csv$/);
  clean(open);
  await open.close();
});

/** What makes a page wider than its window. */
const tooWide = ({ page }: OpenPage) =>
  page.evaluate<string[]>(`(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const beyond = [...document.querySelectorAll('body *')].filter((it) => it.getBoundingClientRect().right > clientWidth);
    return [scrollWidth + ' of ' + clientWidth, ...beyond.map((it) => it.outerHTML.slice(0, 100))];
  })()`);

const SCREENS = () => [
  '/admin/today',
  '/admin/queues',
  '/admin/people?text=%E6%9D%8E',
  `/admin/person?user=${waiting.id}`,
  '/admin/groups',
  '/admin/content',
  '/admin/money',
  '/admin/catalogue',
  '/admin/releases',
  '/admin/announcements',
  '/admin/operators',
  '/admin/account',
  '/admin/operations',
  '/admin/operations/audit/list',
  '/admin/operations/payouts/list',
  `/admin/operations/users/ban?user=${waiting.id}`,
  `/admin/operations/identity/show?user=${waiting.id}`,
];

/** Two that have each width, light and language, and with SOAK the others. */
const LOOKS = [
  ['wide, dark, English', { locale: 'en-GB', colorScheme: 'dark' }],
  ['phone, light, Chinese', { ...PHONE, locale: 'zh-CN', colorScheme: 'light' }],
  ['wide, light, Chinese', { locale: 'zh-CN', colorScheme: 'light' }],
  ['phone, dark, English', { ...PHONE, locale: 'en-GB', colorScheme: 'dark' }],
] as const;

test.each(LOOKS.slice(0, process.env['SOAK'] ? LOOKS.length : 2))(
  'no screen has a barrier or is wider than its window: %s',
  async (name, options) => {
    const open = await openPage(browser, server, owner, options);
    for (const path of SCREENS()) {
      await open.page.goto(path);
      expect([path, await barriers(open)]).toEqual([path, []]);
      expect([path, await tooWide(open)]).toEqual([path, []]);
      await picture(open, `${name.replace(/\W+/g, '-')}${path.replace(/\W+/g, '-')}`);
    }
    const nobody = await openPage(browser, server, undefined, options);
    await nobody.page.goto('/admin/login');
    expect(await barriers(nobody)).toEqual([]);
    await picture(nobody, `${name.replace(/\W+/g, '-')}-login`);
    clean(open);
    await Promise.all([open.close(), nobody.close()]);
  },
);

test('a script under another origin, or under the app’s pages, can neither read nor do anything', async () => {
  const person = await somebodyWhoWaits('白居易');
  const open = await openPage(browser, server, owner);
  const { page } = open;
  await page.goto('/admin/today');
  const token = await page.locator('[name=_token]').first().inputValue();
  const audit = async () => {
    await page.goto('/admin/operations/audit/list');
    return page.locator('caption').textContent();
  };
  const before = await audit();
  // The same server under another name: the app's own pages, as another origin than the operators' side.
  const elsewhere = server.url.replace('127.0.0.1', 'localhost');
  expect(elsewhere).not.toBe(server.url);
  await page.goto(`${elsewhere}/docs`);
  const tried = await page.evaluate<string[]>(`(async () => {
    const at = ${JSON.stringify(server.url)};
    const form = new URLSearchParams({ _token: ${JSON.stringify(token)}, user: '${person.id}', reason: 'x', _sure: 'true' });
    const wish = JSON.stringify({ user: ${person.id}, reason: 'x' });
    const outcomes = [];
    const attempt = async (path, init) => {
      const reply = await fetch(at + path, { credentials: 'include', ...init }).catch(() => undefined);
      outcomes.push(reply === undefined || reply.type === 'opaque' ? 'nothing' : String(reply.status));
    };
    await attempt('/admin/today', {});
    await attempt('/admin/api/operations', {});
    await attempt('/admin/today', { mode: 'no-cors' });
    for (const mode of ['cors', 'no-cors']) {
      await attempt('/admin/operations/users/ban', { method: 'POST', body: form, mode });
      await attempt('/admin/api/users/ban', { method: 'POST', body: wish, mode });
      await attempt('/admin/api/users/ban', { method: 'POST', body: wish, mode, headers: { 'content-type': 'application/json' } });
      await attempt('/admin/account/end', { method: 'POST', body: new URLSearchParams({ _token: ${JSON.stringify(token)}, others: 'true' }), mode });
    }
    return outcomes;
  })()`);
  expect(tried.every((outcome) => outcome === 'nothing')).toBe(true);
  await page.goto(`${elsewhere}/healthz`);
  await page.setContent(`<form method="post" action="${server.url}/admin/operations/users/ban">
    <input name="_token" value="${token}"><input name="user" value="${person.id}"><input name="reason" value="x">
    <input name="_sure" value="true"><button>win a prize</button></form>`);
  await page.getByRole('button').click();
  await page.waitForLoadState();
  expect(await page.locator('body').textContent()).not.toContain('Done');
  await page.goto(`${elsewhere}/healthz`);
  await page.setContent(`<iframe src="${server.url}/admin/today"></iframe>`);
  await page.waitForTimeout(500);
  expect(page.frames().some((frame) => frame.url().includes('/admin/today'))).toBe(false);
  expect(await audit()).toBe(before);
  await open.close();
});
