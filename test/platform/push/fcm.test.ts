import { exportPKCS8, generateKeyPair } from 'jose';
import { afterAll, expect, test } from 'vitest';
import { fcm, serviceAccount } from '../../../src/platform/push/fcm.ts';

/** Google, which gives no token while `away`. */
let away = false;
let tokens = 0;
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch(request) {
    if (new URL(request.url).pathname !== '/token') return Response.json({ name: 'sent' });
    tokens += 1;
    return away ? new Response('', { status: 503 }) : Response.json({ access_token: `access-${tokens}` });
  },
});
const endpoint = `http://127.0.0.1:${server.port}`;
afterAll(() => server.stop(true));

test('FCM asks for one access token however many send at once, and keeps none that it did not get', async () => {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const account = serviceAccount.parse({
    project_id: 'tea',
    client_email: 'push@tea.test',
    private_key: await exportPKCS8(privateKey),
    token_uri: `${endpoint}/token`,
  });
  const provider = fcm(account, endpoint, { now: () => 0 });
  const notice = { title: '林一', body: '来喝茶', conversation: 'user-10001', data: {} };
  const sendSix = () => Promise.all(Array.from({ length: 6 }, () => provider.send(notice, ['t'])));
  away = true;
  expect((await sendSix()).flat()).toEqual(Array.from({ length: 6 }, () => 'retry'));
  away = false;
  expect((await sendSix()).flat()).toEqual(Array.from({ length: 6 }, () => 'sent'));
  expect(tokens).toBe(2);
});
