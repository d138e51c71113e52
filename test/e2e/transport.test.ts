import { beforeAll, describe, expect, test } from 'vitest';
import { expectRefusal, newPerson, type Person, type Reply, replyOf, send } from './support/client.ts';

const FORM = 'application/x-www-form-urlencoded';
const PATH = '/chat/getUserById';
const QUICKLY_MS = 5000;

let me: Person;
beforeAll(async () => {
  me = await newPerson('林一');
});

const bearer = () => ({ authorization: `Bearer ${me.token}` });

async function post(body: BodyInit, type: string, path = PATH): Promise<Reply> {
  const headers = { ...bearer(), ...(type ? { 'content-type': type } : {}) };
  // Refused before its end, a body leaves a connection that nobody should use again.
  return replyOf(PATH, await send(path, { method: 'POST', headers, body, keepalive: false }));
}
const get = async (path: string) => replyOf(PATH, await send(path, { headers: bearer() }));
const expectMe = (reply: Reply) => expect(reply).toMatchObject({ code: '1', data: { id: String(me.id) } });

describe('parameters', () => {
  test('arrive by GET and POST, in every encoding', async () => {
    const form = new FormData();
    form.set('destId', String(me.id));
    expectMe(await get(`${PATH}?destId=${me.id}`));
    expectMe(await post(`destId=${me.id}`, FORM));
    expectMe(await post(`destId=${me.id}`, `${FORM}; charset=UTF-8`));
    expectMe(await post(JSON.stringify({ destId: me.id }), 'application/json'));
    expectMe(await post(form, ''));
    expectMe(await post('', FORM, `${PATH}?destId=${me.id}`));
  });

  test('arrive under the prefixes of the original', async () => {
    for (const prefix of ['/wmsMobile', '/wmsMobilePro'])
      expectMe(await get(`${prefix}${PATH}?destId=${me.id}`));
  });

  test('of the body win, and of a repeated one the first', async () => {
    expectMe(await post(`destId=${me.id}&destId=77`, FORM, `${PATH}?destId=78`));
  });

  test('that are missing or in a wrong charset are named, and nothing changes', async () => {
    const missing = await get(PATH);
    expectRefusal(missing, -1);
    expect(missing.data.field).toBe('destId');
    const gbk = new Uint8Array([...new TextEncoder().encode('nickName='), 0xb2, 0xe8]);
    const init = { method: 'POST', headers: { ...bearer(), 'content-type': FORM } };
    for (const body of [gbk, 'nickName=%B2%E8']) {
      const response = await send('/chat/updateProfile', { ...init, body });
      expect(await response.json()).toMatchObject({ code: '-1', data: { field: 'nickName' } });
    }
    expect((await me.call(PATH, { destId: me.id })).data.nickName).toBe('林一');
  });
});

describe('what is no call', () => {
  test('has the envelope and the transport’s own status', async () => {
    const unknown = await send('/chat/nothing');
    expect([unknown.status, await unknown.json()]).toEqual([
      404,
      { code: '-1', data: { info: '接口不存在', reason: 'NO_SUCH_PATH' } },
    ]);
    const put = await send(PATH, { method: 'PUT', body: 'x' });
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, POST, OPTIONS']);
    expect(await put.json()).toMatchObject({ code: '-1' });
    expect((await send(`${PATH}?destId=${me.id}`, { method: 'HEAD', headers: bearer() })).status).toBe(405);
    const preflight = await send(PATH, { method: 'OPTIONS' });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
  });

  test.each([
    ['broken JSON', '{"destId":', 'application/json'],
    ['a JSON list', '[1]', 'application/json'],
    ['multipart without a boundary', 'x', 'multipart/form-data'],
    [
      'multipart that breaks off',
      '--b\r\nContent-Disposition: form-data; name="destId"\r\n\r\n1',
      'multipart/form-data; boundary=b',
    ],
  ])('%s is refused with code -1', async (_, body, type) => {
    const reply = await post(body, type);
    expect(reply.status).toBe(200);
    expectRefusal(reply, -1);
  });

  test('another type is 415', async () => {
    const reply = await post('<a/>', 'application/xml');
    expect(reply.status).toBe(415);
    expectRefusal(reply, -1);
  });

  test('10 MB of JSON are 413, quickly, with a length and without', async () => {
    const big = JSON.stringify({ destId: 'x'.repeat(10 * 1024 * 1024) });
    const started = performance.now();
    for (const body of [big, new Blob([big]).stream()]) {
      const reply = await post(body, 'application/json');
      expect(reply.status).toBe(413);
      expectRefusal(reply, -1);
    }
    expect(performance.now() - started).toBeLessThan(QUICKLY_MS);
    expectMe(await get(`${PATH}?destId=${me.id}`));
  });
});

test('every answer is JSON in UTF-8, stored nowhere, and has a name', async () => {
  const { headers } = await send('/getVersion');
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('x-request-id')).toMatch(/^[0-9a-z]+-[0-9a-z]+$/);
});

describe('a large body', () => {
  const large = 'x'.repeat(300_000);
  const postOf = async (path: string, body: BodyInit, type: string, headers: Record<string, string> = {}) => {
    const init = { method: 'POST', headers: { 'content-type': type, ...headers }, body, keepalive: false };
    const response = await send(path, init);
    return { status: response.status, reply: (await response.json()) as { code: string } };
  };

  test('is read from who is known among its first 64 KiB, and from nobody else', async () => {
    const book = `contact=[]&a=${large}`;
    const take = async (body: string, headers: Record<string, string> = {}) =>
      (await postOf('/chat/inviteContact', body, FORM, headers)).reply.code;
    expect(await take(`token=${me.token}&${book}`)).toBe('1');
    expect(await take(book, bearer())).toBe('1');
    expect(await take(`${book}&token=${me.token}`)).toBe('601');
    expect(await take(book, { authorization: `Bearer ${me.token.slice(0, -4)}AAAA` })).toBe('601');
  });

  test('is refused where anybody may call', async () => {
    expect((await postOf('/chat/doLogin', `a=${large}`, FORM)).status).toBe(413);
    for (const path of ['/wallet/alipayNotify', '/wallet/wxpayNotify'])
      expect((await postOf(path, `a=${large}`, FORM)).status).toBe(413);
  });
});

test('a path may end with a slash, and have doubled ones', async () => {
  for (const path of [`${PATH}/`, `//chat/getUserById`, `/wmsMobile//chat//getUserById//`])
    expectMe(await get(`${path}?destId=${me.id}`));
});

test('the reference is not sent again to who has it, and packed to who takes it so', async () => {
  for (const path of ['/openapi.json', '/docs', '/docs/scalar.js']) {
    const first = await send(path, { headers: { 'accept-encoding': 'br, gzip' } });
    expect(first.status, path).toBe(200);
    const etag = first.headers.get('etag') ?? '';
    expect((await first.text()).length).toBeGreaterThan(500);
    expect((await send(path, { headers: { 'if-none-match': etag } })).status, path).toBe(304);
  }
});
