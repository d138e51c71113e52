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
      { code: '-1', data: { info: '接口不存在' } },
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
