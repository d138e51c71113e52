import { afterAll, beforeAll, expect, test } from 'vitest';
import { PATHS } from '../../src/console/paths.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { browse, fieldsIn, type Somebody, somebody } from '../support/console.ts';
import { codeOf, invite, OPERATORS_PASSWORD } from '../support/operators.ts';
import { PRODUCTION } from '../support/production-settings.ts';

let app: TestApp;
let owner: Somebody;
beforeAll(async () => {
  app = await testApp();
  owner = await somebody(app, 'owner');
});
afterAll(() => app.close());

test('somebody who was invited comes in by the pages alone', async () => {
  const code = await invite(app, 'wang', 'support');
  const path = `${PATHS.invitation}?code=${code}`;
  const ask = await browse(app, path);
  const send = (fields: Record<string, string>) =>
    browse(app, PATHS.invitation, '', { ...fieldsIn(ask), ...fields });
  const weak = await send({ password: 'aaaaaaaaaaaa', again: 'aaaaaaaaaaaa' });
  expect(weak.status).toBe(422);
  expect(weak.text).toContain('A password has 6 different characters at least.');
  expect((await send({ password: OPERATORS_PASSWORD, again: 'other' })).text).toContain('id="f-again-bad"');
  const shown = await send({ password: OPERATORS_PASSWORD, again: OPERATORS_PASSWORD });
  expect(shown.text).toContain('<svg');
  const secret = /class="secret">([A-Z2-7]+)</.exec(shown.text)?.[1] ?? '';
  expect(shown.text.match(/[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}/g)).toHaveLength(10);
  const confirm = (typed: string) => browse(app, PATHS.confirm, '', { ...fieldsIn(shown), confirm: typed });
  const wrong = await confirm('000000');
  expect([wrong.status, wrong.text.includes('id="f-confirm-bad"')]).toEqual([401, true]);
  const come = await confirm(codeOf(secret, app.clock.now()));
  expect([come.status, come.location]).toEqual([303, PATHS.home]);
  expect((await browse(app, PATHS.today, come.cookie)).text).toContain('Hello, wang');
  expect((await send({ password: OPERATORS_PASSWORD, again: OPERATORS_PASSWORD })).status).toBe(404);
});

test('a login, with a code or a recovery code, leads to where it was asked for; a wrong one says nothing of why', async () => {
  const next = `${PATHS.queues}`;
  const page = await browse(app, `${PATHS.login}?next=${encodeURIComponent(next)}`);
  const logIn = (fields: Record<string, string>) =>
    browse(app, PATHS.login, '', {
      ...fieldsIn(page),
      name: 'a-owner',
      password: OPERATORS_PASSWORD,
      ...fields,
    });
  const [recovery = ''] = owner.recoveryCodes;
  const done = await logIn({ code: owner.freshCode() });
  expect([done.status, done.location]).toEqual([303, next]);
  expect((await logIn({ code: recovery })).status).toBe(303);
  const wrong = await Promise.all([
    logIn({ code: recovery }),
    logIn({ code: '000000' }),
    logIn({ code: '' }),
    logIn({ code: owner.freshCode(), password: 'x' }),
    logIn({ name: 'nobody', code: '000000' }),
  ]);
  for (const { status, text } of wrong) {
    expect(status).toBe(401);
    expect(text).toContain('Name, password or code is wrong.');
    expect(text).not.toContain(OPERATORS_PASSWORD);
  }
  for (const elsewhere of ['https://evil.example', '//evil.example/admin'])
    expect(
      fieldsIn(await browse(app, `${PATHS.login}?next=${encodeURIComponent(elsewhere)}`)),
    ).not.toHaveProperty('next');
});

test('a session is listed, ended and left', async () => {
  const moderator = await somebody(app, 'moderator');
  const second = await browse(app, PATHS.login, '', {
    name: 'a-moderator',
    password: OPERATORS_PASSWORD,
    code: moderator.freshCode(),
  });
  const account = await moderator.get(PATHS.account);
  const session = /name="session" value="(\d+)"/.exec(account.text)?.[1];
  expect((await browse(app, PATHS.today, second.cookie)).status).toBe(200);
  expect((await moderator.send(PATHS.account, {}, {})).status).toBe(405);
  const token = fieldsIn(account)['_token'];
  expect((await moderator.post(PATHS.endSession, { _token: token, session })).status).toBe(303);
  expect((await browse(app, PATHS.today, second.cookie)).status).toBe(303);
  const mine = /name="session" value="(\d+)"/.exec((await owner.get(PATHS.account)).text)?.[1];
  if (mine)
    expect((await moderator.post(PATHS.endSession, { _token: token, session: mine })).status).toBe(404);
  expect((await moderator.post(PATHS.logout, { _token: token })).location).toBe(PATHS.login);
  expect((await moderator.get(PATHS.today)).status).toBe(303);
});

test('another password and other recovery codes', async () => {
  const finance = await somebody(app, 'finance');
  const token = fieldsIn(await finance.get(PATHS.account))['_token'];
  const password = 'another harbour 93';
  const change = (fields: Record<string, string>) =>
    finance.post(PATHS.password, {
      _token: token,
      password: OPERATORS_PASSWORD,
      newPassword: password,
      again: password,
      ...fields,
    });
  expect((await change({ again: 'x', code: '000000' })).status).toBe(422);
  expect((await change({ code: '000000' })).status).toBe(401);
  expect((await change({ code: finance.freshCode() })).text).toContain('The password is changed.');
  const codes = await finance.post(PATHS.recoveryCodes, {
    _token: token,
    password,
    code: finance.freshCode(),
  });
  expect(codes.text.match(/[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}/g)).toHaveLength(10);
  expect(codes.text).not.toContain(finance.recoveryCodes[0]);
});

test('where the operators’ side is not, the console is not', async () => {
  const closed = await testApp();
  for (const path of [PATHS.home, PATHS.login, PATHS.today])
    expect((await browse(closed, path)).status).toBe(404);
  await closed.close();
  const production = await testApp({ env: { ...PRODUCTION, ADMIN_URL: 'https://admin.example.com' } });
  await invite(production, 'li', 'owner');
  const at = async (url: string) => (await production.fetch(new Request(url))).status;
  expect(await at(`https://admin.example.com${PATHS.login}`)).toBe(200);
  expect(await at(`https://im.example.com${PATHS.login}`)).toBe(404);
  await production.close();
  const away = await testApp({ env: { ADMIN_ADDRESSES: '203.0.113.0/24' } });
  await invite(away, 'li', 'owner');
  expect((await browse(away, PATHS.login)).status).toBe(404);
  expect((await browse(away, PATHS.login, '', undefined, { from: '203.0.113.7' })).status).toBe(200);
  await away.close();
});
