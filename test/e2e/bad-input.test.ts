import { beforeAll, describe, expect, test } from 'vitest';
import { endpoints } from '../../src/endpoints.ts';
import { newPerson, type Person, replyOf, send } from './support/client.ts';

const QUICKLY_MS = 5000;
const FORM = 'application/x-www-form-urlencoded';
/** Values that fit nowhere, or fit and must do no harm. */
const BAD = [
  '',
  '-1',
  '1e9',
  'NaN',
  "' OR 1=1 --",
  '%00',
  '[[[[',
  '{"a":1}',
  '字'.repeat(3000),
  '9'.repeat(400),
];

let me: Person;
beforeAll(async () => {
  me = await newPerson();
});

/** These end sessions, which the other calls of this file need; they take nothing that could be bad. */
const skipped = new Set(['/chat/doLogout']);

/** Notices of payment providers are answered in the providers' own way (payments.test.ts). */
const tried = endpoints.filter(({ path, body }) => !skipped.has(path) && body !== 'raw');

/**
 * Sends a request, and again where the connection was reset: a large body is refused before it is read, and workerd
 * ends the connection then, so that a client which still sends may not see the answer.
 */
async function sent(path: string, init: RequestInit, tries = 5): Promise<Response> {
  return send(path, init).catch((error: unknown) => {
    if (tries === 1 || !String(error).includes('ECONNRESET')) throw error;
    return sent(path, init, tries - 1);
  });
}

describe.each(tried)('$path', ({ path, params, ownsToken }) => {
  const names = ['pageNo', ...Object.keys(params)];

  async function post(body: BodyInit, type = FORM) {
    const started = performance.now();
    const headers = { 'content-type': type, authorization: `Bearer ${me.token}` };
    const response = await sent(path, { method: 'POST', headers, body });
    expect(response.status).toBeLessThan(500);
    const reply = await replyOf(path, response);
    expect(performance.now() - started).toBeLessThan(QUICKLY_MS);
    return reply;
  }

  test('answers bad values of every parameter in the envelope', async () => {
    for (const bad of BAD) {
      const all = names
        .filter((name) => ownsToken || name !== 'token')
        .map((name) => [name, bad] as [string, string]);
      await post(new URLSearchParams(all).toString());
      await post(JSON.stringify(Object.fromEntries(all)), 'application/json');
    }
  });

  test('answers broken bodies in the envelope', async () => {
    await post(new Uint8Array([0xff, 0xfe, 0x00, 0x3d, 0xc3, 0x28]));
    await post('{"a":{"a":{"a":', 'application/json');
    await post(`${names.map((name) => `${name}=a&${name}=b`).join('&')}`);
    await post('--x\r\n\r\n--x', 'multipart/form-data; boundary=x');
  });
});

test('the server is as well as before', async () => {
  expect((await send('/readyz')).status).toBe(200);
  expect(await me.call('/chat/ready')).toMatchObject({ code: '1' });
});
