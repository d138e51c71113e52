import { createHash, createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import { decodeJwt, type Params, type Person, person, type TestApp, testApp } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';

const test = appTest()
  .extend('thief', ({ app }) => person(app, '贼'))
  /** A page that shows a code: what it holds, and what it asks. */
  .extend('openPage', ({ app }) => async (on = app) => {
    const { code, data } = await on.call(
      '/pc/getCode',
      {},
      { headers: { 'user-agent': 'Firefox' }, from: '203.0.113.9' },
    );
    expect(code).toBe('1');
    const { qcode, ticket } = data;
    const poll = (params: Params = {}) =>
      on.call('/pc/queryCode', { sn: qcode, userId: 0, ticket, ...params });
    return { qcode: String(qcode), ticket: String(ticket), poll };
  });

interface Cast {
  readonly li: Person;
  readonly app: TestApp;
}

const scan = (who: Person, qcode: string) => who.call('/pc/queryCode', { sn: qcode, userId: who.id });
const approve = (who: Person, qcode: string) => who.call('/pc/authLogin', { sn: qcode, userId: who.id });

const valid = { code: '1', data: { info: '有效二维码' } };
const gone = { code: '-1', data: { info: '二维码已失效' } };
const waiting = { code: '402', data: { info: '等待授权中' } };
const refused = { code: '-1', data: { info: '授权失败' } };

describe('scanning', () => {
  test('logs the page in as the user who scanned and approved, as device 3, once', async ({
    app,
    li,
    openPage,
  }) => {
    const { qcode, poll } = await openPage();
    expect(qcode).toMatch(/^uuid:[0-9A-Za-z]{24}$/);
    expect(await poll()).toMatchObject({ ...waiting, data: { state: 'shown' } });
    expect(await scan(li, qcode)).toMatchObject({
      ...valid,
      data: { info: '有效二维码', device: 'Firefox', address: '203.0.113.9', token: '', userId: '' },
    });
    expect(await poll()).toMatchObject({ ...waiting, data: { state: 'scanned' } });
    expect(await approve(li, qcode)).toMatchObject({ code: '1', data: { info: '授权成功' } });
    const { code, data } = await poll();
    expect(code).toBe('1');
    expect(data).toMatchObject({ info: '授权成功', userId: String(li.id), imServerUrl: 'teahouse.test' });
    expect(decodeJwt(data.token)[1]).toMatchObject({ sub: String(li.id), dev: 3 });
    expect((await app.call('/chat/ready', { userId: li.id }, { token: data.token })).code).toBe('1');
    expect((await li.call('/chat/ready')).code).toBe('1');
    expect(await poll()).toMatchObject(gone);
    expect(await scan(li, qcode)).toMatchObject(gone);
    expect(await approve(li, qcode)).toMatchObject(refused);
  });

  test('gives the login to one of many polls', async ({ app, li, openPage }) => {
    const { qcode, poll } = await openPage();
    await scan(li, qcode);
    await approve(li, qcode);
    const polls = await Promise.all(Array.from({ length: 8 }, () => poll()));
    expect(polls.filter(({ code }) => code === '1')).toHaveLength(1);
    expect(await app.sql('SELECT count(*) FROM sessions WHERE device = 3')).toEqual([[1]]);
  });

  test('takes the number with and without its prefix, and the ticket from the cookie', async ({
    app,
    li,
  }) => {
    const { headers, data } = await app.call('/pc/getCode');
    const cookie = headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^pc_ticket=\S+; Path=\/; Max-Age=120; HttpOnly; SameSite=Strict$/);
    const sn = String(data.qcode).slice('uuid:'.length);
    expect(await scan(li, sn)).toMatchObject(valid);
    expect(await approve(li, sn)).toMatchObject({ code: '1' });
    const poll = await app.call('/pc/queryCode', { sn }, { headers: { cookie: cookie.split(';')[0] ?? '' } });
    expect(poll).toMatchObject({ code: '1', data: { userId: String(li.id) } });
    expect(poll.headers.get('set-cookie')).toMatch(/^pc_ticket=; Path=\/; Max-Age=0;/);
  });

  test('ends the page that was logged in before', async ({ app, li, openPage }) => {
    const tokens: string[] = [];
    for (let i = 0; i < 2; i++) {
      const { qcode, poll } = await openPage();
      await scan(li, qcode);
      await approve(li, qcode);
      tokens.push((await poll()).data.token);
    }
    const codes = await Promise.all(
      tokens.map(async (token) => (await app.call('/chat/ready', {}, { token })).code),
    );
    expect(codes).toEqual(['601', '1']);
  });

  test('may be approved by a session of kind 3, which the new one then ends', async ({
    app,
    li,
    openPage,
  }) => {
    await app.executor.write([{ sql: 'UPDATE sessions SET device = 3', params: [], kind: 'change' }]);
    const { qcode, poll } = await openPage();
    await scan(li, qcode);
    await approve(li, qcode);
    expect((await poll()).code).toBe('1');
    expect((await li.call('/chat/ready')).code).toBe('601');
  });

  test('counts for 120 seconds', async ({ app, li, openPage }) => {
    const { qcode, poll } = await openPage();
    await scan(li, qcode);
    app.clock.advance(119_999);
    expect(await poll()).toMatchObject(waiting);
    app.clock.advance(1);
    expect(await poll()).toMatchObject(gone);
    expect(await scan(li, qcode)).toMatchObject(gone);
    expect(await approve(li, qcode)).toMatchObject(refused);
  });

  test.for([
    ['a web page', 'https://example.com/pay'],
    ['as much as a picture holds', `https://example.com/${'x'.repeat(7069)}`],
    ['a number that is too short', 'uuid:short'],
    ['a number that is too long', `uuid:${'x'.repeat(25)}`],
    ['JSON', '{}'],
    ['nothing', ''],
  ] as const)('names the app to scan with, for %s', async ([_, sn], { app, li }) => {
    const foreign = { code: '-1', data: { info: '请使用 SAMIM 进行扫码' } };
    expect(await li.call('/pc/queryCode', { sn, userId: li.id })).toMatchObject(foreign);
    expect(await app.call('/pc/queryCode', { sn, userId: 0, ticket: 'x' })).toMatchObject(foreign);
    expect(await li.call('/pc/authLogin', { sn })).toMatchObject(foreign);
  });

  test('needs `sn`', async ({ li }) => {
    expect(await li.call('/pc/queryCode')).toMatchObject({ ...gone, data: { ...gone.data, field: 'sn' } });
    expect(await li.call('/pc/authLogin')).toMatchObject({ ...refused, data: { field: 'sn' } });
  });
});

describe('a thief', () => {
  test('who sees the picture gets nothing, and takes nothing from the page', async ({
    app,
    li,
    thief,
    openPage,
  }) => {
    const { qcode, ticket, poll } = await openPage();
    const tries = async () => {
      for (const params of [{}, { ticket: '' }, { ticket: 'guess' }, { ticket: `${ticket}x` }]) {
        expect(await app.call('/pc/queryCode', { sn: qcode, userId: 0, ...params })).toMatchObject(gone);
      }
      const own = await openPage();
      expect(await poll({ ticket: own.ticket })).toMatchObject(gone);
      expect(await thief.call('/pc/queryCode', { sn: qcode, userId: 0, ticket: own.ticket })).toMatchObject(
        gone,
      );
    };
    await tries();
    await scan(li, qcode);
    await tries();
    expect(await scan(thief, qcode)).toMatchObject(gone);
    expect(await approve(thief, qcode)).toMatchObject(refused);
    await approve(li, qcode);
    await tries();
    expect(await scan(thief, qcode)).toMatchObject(gone);
    expect(await poll()).toMatchObject({ code: '1', data: { userId: String(li.id) } });
    await tries();
  });

  test('cannot approve what he has not scanned, nor what another has', async ({ li, thief, openPage }) => {
    const { qcode, poll } = await openPage();
    expect(await approve(thief, qcode)).toMatchObject(refused);
    await scan(li, qcode);
    expect(await approve(thief, qcode)).toMatchObject(refused);
    expect(await poll()).toMatchObject(waiting);
  });

  test('cannot scan in another’s name, nor without a session', async ({ app, li, thief, openPage }) => {
    const { qcode, poll } = await openPage();
    expect((await thief.call('/pc/queryCode', { sn: qcode, userId: li.id })).code).toBe('403');
    expect((await app.call('/pc/queryCode', { sn: qcode, userId: li.id })).code).toBe('601');
    expect((await app.call('/pc/queryCode', { sn: qcode, userId: li.id }, { token: 'x' })).code).toBe('601');
    await li.call('/chat/doLogout');
    expect((await scan(li, qcode)).code).toBe('601');
    expect((await approve(li, qcode)).code).toBe('601');
    expect(await poll()).toMatchObject({ ...waiting, data: { state: 'shown' } });
  });
});

describe('between yes and login', () => {
  test.for([
    ['the phone is logged out', ({ li }: Cast) => li.call('/chat/doLogout')],
    [
      'the user is disabled',
      ({ app }: Cast) =>
        app.executor.write([{ sql: 'UPDATE users SET status = 0', params: [], kind: 'change' }]),
    ],
  ] as const)('nothing is given once %s', async ([_, happens], { app, li, openPage }) => {
    const { qcode, poll } = await openPage();
    await scan(li, qcode);
    await approve(li, qcode);
    await happens({ app, li });
    expect(await poll()).toMatchObject(gone);
    expect(await app.sql('SELECT * FROM sessions WHERE device = 3')).toEqual([]);
  });
});

describe('the page', () => {
  const it = test.extend(
    'get',
    ({ app }) =>
      (path: string, on = app) =>
        on.fetch(new Request(`http://teahouse.test${path}`)),
  );

  it('runs its own script alone, and loads nothing from elsewhere', async ({ get }) => {
    const response = await get('/pc');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; img-src 'self'; connect-src 'self';/,
    );
    expect(policy).not.toContain('unsafe');
    const text = await response.text();
    const [, script = ''] = /<script>([\s\S]*)<\/script>/.exec(text) ?? [];
    expect(policy).toContain(createHash('sha256').update(script).digest('base64'));
    expect(text).not.toMatch(/(src|href)="(https?:)?\/\//);
  });

  it('gets pictures of codes of ours, which do not say the ticket', async ({ openPage, get }) => {
    const { qcode, ticket } = await openPage();
    const response = await get(`/pc/code.svg?sn=${qcode}`);
    expect(response.headers.get('content-type')).toBe('image/svg+xml');
    expect(await response.text()).not.toContain(ticket);
    for (const sn of ['', 'https://example.com', '<svg>']) {
      expect((await get(`/pc/code.svg?sn=${encodeURIComponent(sn)}`)).status).toBe(404);
    }
  });

  it('is not there where PC_SIGN_KEY asks for signatures, which no page can make', async ({ get }) => {
    const strict = await testApp({ env: { PC_SIGN_KEY: 'key' } });
    expect((await get('/pc', strict)).status).toBe(404);
    expect((await get(`/pc/code.svg?sn=${'x'.repeat(24)}`, strict)).status).toBe(404);
    await strict.close();
  });
});

describe('sign', () => {
  const KEY = 'a key of the PC client';
  const signed = (params: Record<string, string | number>) => {
    const text = Object.entries(params)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}=${value}`)
      .join('&');
    return { ...params, sign: createHmac('sha256', KEY).update(text).digest('hex') };
  };
  const unsigned = { code: '401', data: { info: '签名认证失败' } };
  let strict: TestApp;
  beforeEach(async () => {
    strict = await testApp({ env: { PC_SIGN_KEY: KEY } });
  });
  afterEach(() => strict.close());

  test('is checked on both calls where a key is set', async () => {
    for (const params of [
      {},
      { sign: '' },
      { sign: 'zz' },
      { sign: 'ab'.repeat(32) },
      { ...signed({}), x: 1 },
    ]) {
      expect(await strict.call('/pc/getCode', params)).toMatchObject(unsigned);
    }
    const { data } = await strict.call('/pc/getCode', signed({}));
    const poll = { sn: data.qcode, userId: 0, ticket: data.ticket };
    expect(await strict.call('/pc/queryCode', poll)).toMatchObject(unsigned);
    expect(await strict.call('/pc/queryCode', { ...signed(poll), userId: 1 })).toMatchObject(unsigned);
    expect(await strict.call('/pc/queryCode', signed(poll))).toMatchObject(waiting);
  });

  test('is not looked at where none is set', async ({ app }) => {
    expect((await app.call('/pc/getCode', { sign: 'whatever' })).code).toBe('1');
  });
});

test('an address that asks for codes without end is slowed down', async () => {
  const limited = await testApp({ env: { RATE_LIMITS: 'on' } });
  const codes = [];
  for (let i = 0; i < 21; i++) codes.push((await limited.call('/pc/getCode')).code);
  expect(codes.filter((code) => code === '1')).toHaveLength(20);
  expect(codes.at(-1)).toBe('429');
  expect((await limited.call('/pc/getCode', {}, { from: '203.0.113.7' })).code).toBe('1');
  await limited.close();
});
