import { describe, expect } from 'vitest';
import { endpoints } from '../../src/endpoints.ts';
import { person } from '../support/app.ts';
import { sharedAppTest } from '../support/app-test.ts';

/**
 * Open to the anonymous, and nothing else (docs/decisions.md#identity). Later calls of that list are named already.
 */
const OPEN = [
  '/chat/register',
  '/chat/doLogin',
  '/chat/findPwd',
  '/chat/getValidateNum',
  '/getVersion',
  '/pc/getCode',
  '/pc/queryCode',
  '/wallet/alipayNotify',
  '/wallet/wxpayNotify',
  '/pay/getNumberType',
  '/pay/getVipNumber',
  '/pay/createNumberOrder',
  '/pay/checkNumber',
];

const test = sharedAppTest().extend('li', { scope: 'file' }, ({ app }) => person(app, 'li'));

const forCallers = endpoints.filter(({ open }) => !open);

test('nothing is open but what is meant to be', () => {
  expect(
    endpoints
      .filter(({ open }) => open)
      .map(({ path }) => path)
      .filter((path) => !OPEN.includes(path)),
  ).toEqual([]);
  expect(forCallers.filter(({ path }) => OPEN.includes(path))).toEqual([]);
});

describe.each(forCallers)('$path', (endpoint) => {
  const { path } = endpoint;
  const everyPath = [path, ...(endpoint.aliases ?? [])];

  test('refuses who has no token, on every spelling of the path', async ({ app, li }) => {
    for (const each of everyPath.flatMap((spelling) => [
      spelling,
      `/wmsMobile${spelling}`,
      `/wmsMobilePro${spelling}`,
    ])) {
      expect(await app.call(each, { userId: li.id })).toMatchObject({
        status: endpoint.ours ? 401 : 200,
        code: '601',
        data: { info: '请重新登录' },
      });
    }
  });

  test('refuses forged tokens', async ({ app, li }) => {
    const [head, body] = li.token.split('.');
    const claims = Buffer.from(
      JSON.stringify({ sub: String(li.id), sid: 1, dev: 1, exp: 99_999_999_999 }),
    ).toString('base64url');
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url');
    for (const token of [
      'x',
      `${head}.${body}.`,
      `${head}.${claims}.${li.token.split('.')[2]}`,
      `${none}.${claims}.`,
      `${li.token}x`,
    ]) {
      expect((await app.call(path, {}, { token })).code, token).toBe('601');
    }
  });

  test('refuses another user’s id', async ({ li, wang }) => {
    // A body that is a file has no parameters.
    const method = endpoint.body === 'file' ? 'GET' : 'POST';
    expect(await li.call(path, { userId: wang.id }, { method })).toMatchObject({
      code: '403',
      data: { info: '无权操作' },
    });
  });

  test('never succeeds for a session that has ended', async ({ app }) => {
    const gone = await person(app, 'gone');
    await app.executor.write([
      { sql: 'UPDATE sessions SET ended_at = 1 WHERE user_id = ?', params: [gone.id], kind: 'change' },
    ]);
    const needsNothing = Object.values(endpoint.params).every((codec) => codec.safeParse(undefined).success);
    const { code } = await gone.call(path);
    if (needsNothing && !endpoint.body) expect(code).toBe('601');
    else expect(code).not.toBe('1');
  });
});

const JUNK = [
  '',
  ' ',
  '0',
  '-1',
  '1',
  '1.5',
  '1e9',
  'NaN',
  '9007199254740993',
  '99999999999999999999999999',
  'true',
  'null',
  '\u0000',
  '\uFFFD',
  '💥'.repeat(2000),
  'a'.repeat(100_000),
  '[',
  '[]',
  '[1,2,"x"]',
  '{"__proto__":{"admin":1}}',
  "' OR 1=1 --",
  '"; DROP TABLE users; --',
  '../../../etc/passwd',
  '%',
  '_',
  '<script>alert(1)</script>',
  '2026-02-30',
  ',,,',
  '1,2,3',
];

/** What a provider sends is no form, and the answer is the provider's (test/platform/payments). */
const withParams = endpoints.filter(({ body }) => body !== 'raw');

describe.each(withParams)('$path', (endpoint) => {
  const names = Object.keys(endpoint.params);

  test('answers junk in every parameter with an envelope, and no fault of its own', async ({ app }) => {
    const someone = await person(app, 'junk');
    for (const junk of JUNK) {
      const all = Object.fromEntries(names.map((name) => [name, junk]));
      const reply = await someone.call(endpoint.path, all);
      expect(reply.status, `${endpoint.path} ${JSON.stringify(junk.slice(0, 40))}`).toBeLessThan(500);
    }
  });

  test('answers one junk parameter among sensible ones with an envelope, and no fault of its own', async ({
    app,
  }) => {
    const someone = await person(app, 'junk');
    for (const name of names) {
      for (const junk of JUNK) {
        const sensible = Object.fromEntries(names.map((each) => [each, each === name ? junk : '1']));
        const reply = await someone.call(endpoint.path, sensible);
        expect(reply.status, `${endpoint.path} ${name}=${JSON.stringify(junk.slice(0, 40))}`).toBeLessThan(
          500,
        );
      }
    }
  });
});
