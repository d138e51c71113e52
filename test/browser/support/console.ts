import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret, TOTP } from 'otpauth';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect, inject } from 'vitest';
import { newPerson, type Person, smsCode, useServer } from '../../e2e/support/client.ts';
import { startTarget, type Target } from '../../e2e/support/target.ts';
import { OPERATORS_PASSWORD } from '../../support/operators.ts';

/** A server of this file's own, which has operators. */
export async function openConsole(): Promise<Target> {
  const server = await startTarget(inject('target'));
  useServer(server.url);
  return server;
}

/** Invites somebody by the command. @returns the path of their link */
export async function invited(server: Target, name: string, role: string): Promise<string> {
  const printed = await server.teahouse?.('admin', 'operators', 'add', name, '--role', role);
  const code = /code=(thi_[\w-]+)/.exec(printed ?? '')?.[1] ?? expect.fail(printed ?? 'no shell');
  return `/admin/invitation?code=${code}`;
}

/** The code that an authenticator shows now. */
export const codeFor = (secret: string): string => new TOTP({ secret: Secret.fromBase32(secret) }).generate();

const post = (server: Target, path: string, body: object) =>
  fetch(`${server.url}/admin/api/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: server.url },
    body: JSON.stringify(body),
  });

/** Somebody new of this role who has logged in. @returns their cookie */
export async function operatorCookie(server: Target, name: string, role: string): Promise<string> {
  const invitation = (await invited(server, name, role)).split('code=')[1];
  const prepared = await post(server, 'invitation', { invitation, password: OPERATORS_PASSWORD });
  const { secret } = (await prepared.json()) as { secret: string };
  const done = await post(server, 'invitation', { invitation, code: codeFor(secret) });
  return done.headers.get('set-cookie')?.split(';')[0]?.split('=')[1] ?? expect.fail('no cookie');
}

/** A page of a browser that has this session, and what has gone wrong in it. */
export interface OpenPage {
  readonly page: Page;
  /** What the browser complains about, but for pages that refuse, as they should. */
  readonly troubles: string[];
  /** The origins of which something was asked. */
  readonly asked: Set<string>;
  close(): Promise<void>;
}

export async function openPage(
  browser: Browser,
  server: Target,
  cookie: string | undefined,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    baseURL: server.url,
    ...options,
  });
  if (cookie) await context.addCookies([{ name: 'teahouse-operator', value: cookie, url: server.url }]);
  const page = await context.newPage();
  const troubles: string[] = [];
  const asked = new Set<string>();
  page.on('pageerror', (error) => troubles.push(String(error)));
  page.on('console', (message) => {
    const isRefusal = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isRefusal) troubles.push(message.text());
  });
  page.on('request', (request) => {
    if (request.url().startsWith('http')) asked.add(new URL(request.url()).origin);
  });
  return { page, troubles, asked, close: () => context.close() };
}

const AXE = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');

/** What stands in the way of people with other eyes or hands, of WCAG 2.2 A and AA, in words. */
export async function barriers({ page }: OpenPage): Promise<string[]> {
  // Over the debugger's own door: the pages themselves run no script but their own.
  await page.evaluate(AXE);
  return page.evaluate<string[]>(`axe.run(document, {
    runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
  }).then(({ violations }) => violations.map(({ id, help, nodes }) => id + ': ' + help + ' ' + nodes.map((node) => node.html).join(' ').slice(0, 400)))`);
}

/** SCREENSHOTS names a folder for pictures to look at. */
export async function picture({ page }: OpenPage, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`) });
}

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** An ID number that can exist, of a text that no other has. */
function idNumberFor(text: string): string {
  const hash = createHash('sha256').update(text).digest();
  const digits = `110101199${hash.readUInt8(0) % 10}010${1 + (hash.readUInt8(1) % 9)}${String(hash.readUInt16BE(2) % 1000).padStart(3, '0')}`;
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * Number(digits[i]), 0);
  return digits + '10X98765432'[sum % 11];
}

/** Somebody who waits to be confirmed, has a withdrawal that waits, and about whom somebody else complains. */
export async function somebodyWhoWaits(name: string): Promise<Person> {
  const person = await newPerson(name);
  const code = async () => smsCode(person.mobile);
  const claim = {
    name: '王维',
    idNo: idNumberFor(person.mobile),
    mobile: person.mobile,
    validateNum: await code(),
  };
  expect(await person.call('/chat/updateAuth', claim)).toMatchObject({ code: '1' });
  await person.call('/pay/setPayPwd', { pwd: '123456', validateNum: await code() });
  await person.call('/wallet/recharge', { amount: '10.00' });
  expect(await person.call('/wallet/withdraw', { amount: '3.00', payPwd: '123456' })).toMatchObject({
    code: '1',
  });
  const other = await newPerson();
  expect(
    await other.call('/chat/report', { destId: person.id, destType: 0, msg: '<b>广告</b>' }),
  ).toMatchObject({ code: '1' });
  return person;
}
