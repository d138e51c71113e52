import { describe, expect } from 'vitest';
import { type Person, person, rawRequest, testApp } from '../support/app.ts';
import { sharedAppTest } from '../support/app-test.ts';

const test = sharedAppTest()
  .extend('li', { scope: 'file' }, ({ app }) => person(app, 'li'))
  .extend(
    'send',
    { scope: 'file' },
    ({ app }) =>
      async (request: Request) =>
        bodyOf(await app.fetch(request)),
  );

interface Cast {
  readonly li: Person;
}

const get = (path: string, headers: Record<string, string> = {}) =>
  new Request(`http://teahouse.test${path}`, { headers });
const bodyOf = async (response: Response) => ({
  status: response.status,
  ...((await response.json()) as object),
});
const FORM = 'application/x-www-form-urlencoded';
const target = (who: Person) => `destId=${who.id}`;

describe('parameters', () => {
  test('that are lists of ids are flat: a deep one is a bad parameter and no fault', async ({ li }) => {
    const create = (ids: string) => li.call('/chat/createGroup', { name: '茶友', ids });
    const bad = { status: 200, code: '-1', data: { field: 'ids' } };
    expect(await create(`${'['.repeat(4000)}1${']'.repeat(4000)}`)).toMatchObject(bad);
    expect(await create('[[1,2]]')).toMatchObject(bad);
    expect((await create('[1,"2"]')).code).toBe('1');
  });

  test.for([
    ['the query', ({ li }: Cast) => get(`/chat/getUserById?${target(li)}&token=${li.token}`)],
    ['a form', ({ li }: Cast) => rawRequest('/chat/getUserById', target(li), FORM, li.token)],
    [
      'a form with a charset',
      ({ li }: Cast) => rawRequest('/chat/getUserById', target(li), `${FORM}; charset=UTF-8`, li.token),
    ],
    [
      'a JSON object',
      ({ li }: Cast) =>
        rawRequest('/chat/getUserById', JSON.stringify({ destId: li.id }), 'application/json', li.token),
    ],
    [
      'the query of a POST',
      ({ li }: Cast) => rawRequest(`/chat/getUserById?${target(li)}`, '', FORM, li.token),
    ],
    [
      'the prefix /wmsMobile',
      ({ li }: Cast) => get(`/wmsMobile/chat/getUserById?${target(li)}&token=${li.token}`),
    ],
    [
      'the prefix /wmsMobilePro',
      ({ li }: Cast) => get(`/wmsMobilePro/chat/getUserById?${target(li)}&token=${li.token}`),
    ],
  ] as const)('arrive by %s', async ([_, request], { li, send }) => {
    expect(await send(request({ li }))).toMatchObject({
      status: 200,
      code: '1',
      data: { id: String(li.id) },
    });
  });

  test('arrive by multipart fields', async ({ li, send }) => {
    const form = new FormData();
    form.set('destId', String(li.id));
    const headers = { authorization: `Bearer ${li.token}` };
    const request = new Request('http://teahouse.test/chat/getUserById', {
      method: 'POST',
      body: form,
      headers,
    });
    expect(await send(request)).toMatchObject({ code: '1', data: { id: String(li.id) } });
  });

  test('of the body win over the query, and of a repeated one the first counts', async ({ li, send }) => {
    const [good, bad] = [li.id, 99_999_999];
    expect(
      await send(
        rawRequest(`/chat/getUserById?destId=${bad}`, `destId=${good}&destId=${bad}`, FORM, li.token),
      ),
    ).toMatchObject({ code: '1' });
    expect(await send(get(`/chat/getUserById?destId=${good}&destId=${bad}&token=${li.token}`))).toMatchObject(
      { code: '1' },
    );
  });

  test('go by their other names', async ({ send }) => {
    const mobile = '15768700001';
    expect(await send(get(`/chat/doLogin?mobile=${mobile}&pwd=x1`))).toMatchObject({
      code: '2',
      data: { info: '用户不存在' },
    });
    expect(await send(get(`/chat/doLogin?mobie=${mobile}&pwd=x1`))).toMatchObject({ code: '2' });
  });

  test('that are missing are named, with the document’s text', async ({ li, send }) => {
    expect(await send(get('/chat/register?mobile=15768709546&pwd=x'))).toMatchObject({
      status: 200,
      code: '-1',
      data: { info: '有参数不正确', field: 'validateNum' },
    });
    expect(await send(get(`/chat/getUserById?token=${li.token}`))).toMatchObject({
      code: '-1',
      data: { field: 'destId' },
    });
  });

  test('in a wrong charset are refused, and nothing is written', async ({ li, send }) => {
    const gbk = new Uint8Array([...new TextEncoder().encode('nickName='), 0xb2, 0xe8]);
    expect(await send(rawRequest('/chat/updateProfile', gbk, FORM, li.token))).toMatchObject({
      code: '-1',
      data: { field: 'nickName' },
    });
    expect(await send(rawRequest('/chat/updateProfile', 'nickName=%B2%E8', FORM, li.token))).toMatchObject({
      code: '-1',
    });
    expect((await li.call('/chat/getUserById', { destId: li.id })).data.nickName).toBe('li');
  });
});

describe('bodies', () => {
  test.for([
    ['broken JSON', '{"destId":', 'application/json'],
    ['a JSON list', '[1]', 'application/json'],
    ['JSON null', 'null', 'application/json'],
    ['JSON of brackets alone', `{"destId":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'application/json'],
    ['multipart without a boundary', 'x', 'multipart/form-data'],
    [
      'multipart that breaks off',
      '--b\r\nContent-Disposition: form-data; name="destId"\r\n\r\n1',
      'multipart/form-data; boundary=b',
    ],
  ] as const)('that are %s answer code -1', async ([_, body, type], { li, send }) => {
    expect(await send(rawRequest('/chat/getUserById', body, type, li.token))).toMatchObject({
      status: 200,
      code: '-1',
    });
  });

  test('of another type answer 415', async ({ li, send }) => {
    expect(await send(rawRequest('/chat/getUserById', '<a/>', 'application/xml', li.token))).toMatchObject({
      status: 415,
      code: '-1',
    });
  });

  test('of 10 MB of JSON answer 413, with and without a length', async ({ li, send }) => {
    const big = JSON.stringify({ destId: 'x'.repeat(10 * 1024 * 1024) });
    expect(await send(rawRequest('/chat/getUserById', big, 'application/json', li.token))).toMatchObject({
      status: 413,
      code: '-1',
    });
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${li.token}` };
    const stream = new Blob([big]).stream();
    const request = new Request('http://teahouse.test/chat/getUserById', {
      method: 'POST',
      headers,
      body: stream,
    });
    expect(await send(request)).toMatchObject({ status: 413, code: '-1' });
  });
});

describe('methods', () => {
  test('unknown paths are 404 in the envelope', async ({ send }) => {
    expect(await send(get('/chat/nothing'))).toEqual({
      status: 404,
      code: '-1',
      data: { info: '接口不存在', reason: 'NO_SUCH_PATH' },
    });
  });

  test.for(['PUT', 'DELETE', 'PATCH'])('%s is 405 in the envelope', async (method, { app }) => {
    const response = await app.fetch(new Request('http://teahouse.test/chat/getUserById', { method }));
    expect(response.headers.get('allow')).toBe('GET, POST, OPTIONS');
    expect(await bodyOf(response)).toMatchObject({ status: 405, code: '-1' });
  });

  test('HEAD executes nothing', async ({ app, li }) => {
    const url = `http://teahouse.test/user/setMsgAlert?content=x&seconds=60&token=${li.token}`;
    const response = await app.fetch(new Request(url, { method: 'HEAD' }));
    expect(response.status).toBe(405);
    expect(await app.sql('SELECT count(*) FROM reminders')).toEqual([[0]]);
  });

  test('a preflight allows any origin, without credentials', async ({ app }) => {
    const response = await app.fetch(new Request('http://teahouse.test/chat/ready', { method: 'OPTIONS' }));
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-headers')).toBe(
      'Authorization, token, Idempotency-Key, Content-Type',
    );
    expect(response.headers.has('access-control-allow-credentials')).toBe(false);
  });
});

test('every answer says what it is and is not stored', async ({ app }) => {
  const response = await app.fetch(get('/getVersion'));
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f]{12}-[0-9a-z]+$/);
});

test('a fault of ours is 500 with a request id and no inner detail', async () => {
  const broken = await testApp();
  await broken.executor.write([{ sql: 'ALTER TABLE releases RENAME TO moved', params: [], kind: 'change' }]);
  const response = await broken.fetch(get('/getVersion'));
  const text = await response.text();
  expect(response.status).toBe(500);
  expect(JSON.parse(text)).toEqual({
    code: '-1',
    data: { info: '服务器异常', reason: 'FAULT', requestId: response.headers.get('x-request-id') },
  });
  expect(text).not.toMatch(/releases|SELECT|sqlite/i);
  await broken.close();
});
