import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { befriend, call, freshMobile, logIn, newPerson, type Person } from '../e2e/support/client.ts';
import type { Target } from '../e2e/support/target.ts';
import { launchBrowser } from './support/browser.ts';
import {
  type OpenPage,
  openConsole,
  openPage,
  operatorCookie,
  picture,
  somebodyWhoWaits,
} from './support/console.ts';
import { type Hands, handsOn } from './support/hands.ts';

const PHONE = { width: 390, height: 800 };
const WIDE = { width: 1280, height: 800 };

interface Way {
  readonly how: 'mouse' | 'keyboard';
  readonly hasScript: boolean;
  readonly viewport: typeof PHONE;
  readonly locale: 'en-GB' | 'zh-CN';
}
const each = <Value>(...values: readonly Value[]) => values;
/** Every way to work, with SOAK; else the hardest. Shorter tests of the console go by mouse and without JavaScript. */
const WAYS: readonly Way[] = process.env['SOAK']
  ? each('mouse' as const, 'keyboard' as const).flatMap((how) =>
      each(true, false).flatMap((hasScript) =>
        each(PHONE, WIDE).flatMap((viewport) =>
          each('en-GB' as const, 'zh-CN' as const).map((locale) => ({ how, hasScript, viewport, locale })),
        ),
      ),
    )
  : [{ how: 'keyboard', hasScript: true, viewport: PHONE, locale: 'zh-CN' }];
const nameOf = ({ how, hasScript, viewport, locale }: Way) =>
  `by ${how}, ${hasScript ? 'with' : 'without'} JavaScript, ${viewport.width} wide, ${locale}`;

let server: Target;
let browser: Browser;
let owner: string;
beforeAll(async () => {
  [server, browser] = await Promise.all([openConsole(), launchBrowser()]);
  owner = await operatorCookie(server, 'week', 'owner');
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const PAY = { payPwd: '123456' };
/** Each way has its own of what there is once: a level, a version. */
let round = 0;

describe.each(WAYS.map((way) => [nameOf(way), way] as const))('the week %s', (name, way) => {
  let open: OpenPage;
  let page: Page;
  let hands: Hands;
  let li: Person;
  let wang: Person;
  let group: number;
  let transfer: string;
  beforeAll(async () => {
    round += 1;
    [li, wang] = [await somebodyWhoWaits('李雷'), await newPerson('王芳')];
    await befriend(li, wang);
    const made = await li.call('/chat/createGroup', { name: `周末爬山${round}`, ids: String(wang.id) });
    group = Number(made.data['id']);
    const to = { fromType: 2, destId: group, messageType: 2, msgId: `week-${round}` };
    await wang.call('/im/send', { ...to, content: '低价出售各类证件' });
    await wang.call('/feed/addFeed', { text: '低价出售各类证件', priv: 0 });
    const sent = await li.call('/transfer/createTransfer', {
      destId: wang.id,
      amount: '2.00',
      msg: '',
      ...PAY,
    });
    transfer = String(sent.data['id']);
    await wang.call('/transfer/confirmTransfer', { transId: transfer });
    const packet = {
      destType: 2,
      destId: group,
      redPacketType: 1,
      redPacketCount: 2,
      redPacketAmount: '1.88',
    };
    await li.call('/chat/sendRedPacket', { ...packet, ...PAY });
    const { hasScript: javaScriptEnabled, viewport, locale } = way;
    open = await openPage(browser, server, owner, { javaScriptEnabled, viewport, locale });
    page = open.page;
    hands = handsOn(page, way.how);
  }, 60_000);
  afterAll(() => open?.close());

  const menu = (path: string) => hands.use(page.locator(`nav a[href="/admin/${path}"]`));
  const isAt = (part: string) => page.waitForURL((url) => (url.pathname + url.search).includes(part));
  /** Follows the first link of the page that leads to an operation, with these words in its address. */
  async function follow(operation: string, ...words: readonly (string | number)[]): Promise<void> {
    const path = operation.includes('.') ? `/admin/operations/${operation.replace('.', '/')}` : operation;
    const all = words.map((word) => `[href*="${word}"]`).join('');
    await hands.use(page.locator(`main a[href^="${path}"]${all}:visible`).first());
    await isAt(path);
  }
  const submit = () => hands.use(page.locator('main form button[type="submit"]:visible').first());
  const good = () => page.locator('main p.good').waitFor();
  /** Sends the form, says that it is meant where it is asked for, and sees that it was done. */
  async function act(fields: Readonly<Record<string, string>> = {}): Promise<void> {
    for (const [field, text] of Object.entries(fields)) await hands.fill(field, text);
    if ((await page.locator('main [name="_sure"][type="checkbox"]').count()) > 0) await hands.tick('_sure');
    await submit();
    const sure = page.locator('main input[name="_sure"][type="hidden"]');
    await page.locator('main p.good').or(sure).first().waitFor({ state: 'attached' });
    if ((await sure.count()) > 0) await submit();
    await good();
  }
  async function person(who: Person): Promise<void> {
    await menu('people');
    await hands.fill('text', who.mobile);
    await submit();
    await isAt(`/admin/person?user=${who.id}`);
  }
  const seen = async (title: string, text: string | RegExp) => {
    await page.locator('main').getByText(text).first().waitFor();
    await picture(open, `${round}-${title}`);
  };

  test('sees how the days were', async () => {
    await page.goto('/admin/today');
    await page.locator('.chart').first().waitFor();
    expect(await page.locator('.chart').count()).toBeGreaterThanOrEqual(5);
  });

  test('publishes a version of the app, and takes it back', async () => {
    await menu('releases');
    await follow('releases.publish');
    await hands.choose('platform', 'ios');
    await act({ version: `${round}.0`, url: 'https://apps.example/tea' });
    await isAt('/admin/releases');
    await follow('releases.withdraw');
    await act({ reason: 'a fault' });
  });

  test('confirms an identity', async () => {
    await menu('queues');
    await follow('identity.approve', `user=${li.id}`);
    await act();
  });

  test('settles a withdrawal', async () => {
    await menu('queues');
    await follow('payouts.settle');
    await act();
  });

  test('closes a complaint', async () => {
    await menu('queues');
    await follow('reports.close');
    await act();
  });

  test('looks for payments of no order', async () => {
    await menu('queues');
    await follow('strays.list');
    await page.locator('main h1').waitFor();
  });

  test('bans somebody, and lifts it', async () => {
    await person(wang);
    await follow('users.ban');
    await act({ reason: 'sells papers' });
    await isAt('/admin/person');
    await follow('users.lift');
    await act({ reason: 'a mistake' });
  });

  test('gives a disputed transfer back', async () => {
    await person(wang);
    await follow('transfers.show', transfer);
    await follow('corrections.reverse-transfer');
    await act({ reason: 'ticket 812' });
  });

  test('lets somebody in who is locked out', async () => {
    for (let i = 0; i < 6; i += 1) await call('/chat/doLogin', { mobie: wang.mobile, pwd: 'f'.repeat(32) });
    await person(wang);
    await follow('users.unlock');
    await act({ reason: 'knew the last payments' });
    expect(await logIn(wang.mobile)).toBeTruthy();
  });

  test('sends a code to the new number of somebody who lost theirs', async () => {
    await person(wang);
    await follow('mobiles.send-code');
    await act({ mobile: freshMobile() });
  });

  test('finds a lost red packet', async () => {
    await person(li);
    await follow('packets.show');
    await seen('packet', /1\.88/);
  });

  test('changes a price', async () => {
    await menu('catalogue');
    await follow('levels.set', 'level=1');
    await act({ price: `${10 + round}.00` });
  });

  test('says something to all, after having seen it', async () => {
    await menu('announcements');
    await hands.fill('text', '今晚维护');
    await hands.fill('reason', 'maintenance');
    await submit();
    await page.locator('blockquote').getByText('今晚维护').waitFor();
    await submit();
    await good();
  });

  test('reads what somebody wrote, for a reason', async () => {
    await menu('groups');
    await hands.fill('text', String(group));
    await submit();
    await isAt(`/admin/group?group=${group}`);
    await follow('messages.show');
    await hands.fill('reason', 'complaint 12');
    await submit();
    await seen('message', '低价出售各类证件');
  });

  test('reads a moment', async () => {
    await person(wang);
    await follow('moments.show');
    await hands.fill('reason', 'complaint 13');
    await submit();
    await seen('moment', '低价出售各类证件');
  });

  test('sends a file, and takes it down', async () => {
    await menu('releases');
    // A chooser of files is the system's own window, for hands of every kind.
    const file = {
      name: `tea-${round}.apk`,
      mimeType: 'application/octet-stream',
      buffer: Buffer.from(`tea ${round}`),
    };
    await page.locator('main input[type="file"]').setInputFiles(file);
    await submit();
    await good();
    const url = (await page.locator('main .facts').textContent()) ?? '';
    const key = /\d{13}_\w+\.apk/.exec(url)?.[0] ?? expect.fail(url);
    await menu('content');
    await follow('files.remove');
    await act({ file: key, reason: 'complaint 14' });
  });

  test('gives a program a token, and revokes it', async () => {
    await menu('operators');
    await follow('tokens.add');
    await hands.choose('role', 'finance');
    await act({ token: `bank${round}`, scopes: 'payouts.*' });
    await menu('operators');
    await follow('tokens.revoke', `token=bank${round}`);
    await act();
  });

  test('checks the books', async () => {
    await menu('money');
    await follow('ledger.reconcile');
    await seen('books', /balances|账目平衡/);
  });

  test('proves who did what', async () => {
    await menu('operations/audit/list');
    await hands.choose('subject', 'user');
    await hands.fill('number', String(wang.id));
    await submit();
    await seen('audit', 'sells papers');
  });

  test(`without a script that failed, or a call elsewhere (${name})`, () => {
    expect(open.troubles).toEqual([]);
    expect([...open.asked]).toEqual([server.url]);
  });
});
