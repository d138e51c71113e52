import { createHmac } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { exportPKCS8, generateKeyPair, jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import { BadConfig } from '../../../src/core/bad-config.ts';
import { apns } from '../../../src/platform/push/apns.ts';
import type { PushProvider, PushProviderName } from '../../../src/platform/push/push.ts';
import { type Home, homes } from '../../support/homes.ts';

const clock = { time: Date.UTC(2026, 10, 22, 20, 30), now: () => clock.time };

interface Received {
  readonly url: URL;
  readonly headers: Headers;
  readonly text: string;
}

/** A provider of our own: keeps what it was sent, answers what the test says. */
let received: Received[] = [];
let answer: (request: Received) => Response = () => Response.json({});
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  async fetch(request) {
    const one = { url: new URL(request.url), headers: request.headers, text: await request.text() };
    received.push(one);
    return one.url.pathname === '/token'
      ? Response.json({ access_token: `access-${received.length}` })
      : answer(one);
  },
});
const endpoint = `http://127.0.0.1:${server.port}`;
afterAll(() => server.stop(true));
beforeEach(() => {
  received = [];
});

const google = await generateKeyPair('RS256', { extractable: true });
const apple = await generateKeyPair('ES256', { extractable: true });
const settings = {
  PUSH_PROVIDERS: 'jpush,fcm,timpush,apns',
  JPUSH_APP_KEY: 'app-key',
  JPUSH_MASTER_SECRET: 'master-secret',
  JPUSH_ENDPOINT: endpoint,
  FCM_SERVICE_ACCOUNT: JSON.stringify({
    project_id: 'tea',
    client_email: 'push@tea.test',
    private_key: await exportPKCS8(google.privateKey),
    token_uri: `${endpoint}/token`,
  }),
  FCM_ENDPOINT: endpoint,
  APNS_TEAM_ID: 'TEAM123456',
  APNS_KEY_ID: 'KEY1234567',
  APNS_KEY: (await exportPKCS8(apple.privateKey)).replaceAll('\n', '\\n'),
  APNS_TOPIC: 'test.tea',
  APNS_ENDPOINT: endpoint,
  TIMPUSH_APP_ID: '1400000000',
  TIMPUSH_KEY: 'tim-key',
  TIMPUSH_IDENTIFIER: 'administrator',
  TIMPUSH_ENDPOINT: endpoint,
};
const notice = {
  title: '林一',
  body: '来喝茶',
  conversation: 'user-10001',
  data: { messageType: '2', fromId: '10001' },
};
const messages = () => received.filter(({ url }) => url.pathname !== '/token');
const only = (): Received => {
  const [one, ...others] = messages();
  if (!one || others.length > 0) throw new Error(`${messages().length} messages`);
  return one;
};

const success = {
  jpush: () => Response.json({ sendno: '0', msg_id: '1' }),
  fcm: () => Response.json({ name: 'projects/tea/messages/1' }),
  timpush: () => Response.json({ ActionStatus: 'OK', ErrorCode: 0 }),
  apns: () => new Response(null, { status: 200 }),
};
const gone = {
  jpush: () => Response.json({ error: { code: 1011, message: 'no target' } }, { status: 400 }),
  fcm: () => Response.json({ error: { details: [{ errorCode: 'UNREGISTERED' }] } }, { status: 404 }),
  timpush: undefined,
  apns: () => Response.json({ reason: 'Unregistered' }, { status: 410 }),
};
const refused = {
  jpush: () => Response.json({ error: { code: 1004, message: 'key' } }, { status: 401 }),
  fcm: () => Response.json({ error: { status: 'INVALID_ARGUMENT' } }, { status: 400 }),
  timpush: () => Response.json({ ActionStatus: 'FAIL', ErrorCode: 90001 }),
  apns: () => Response.json({ reason: 'BadTopic' }, { status: 400 }),
};

describe.each(homes)('push %s', (where, start) => {
  let home: Home;
  beforeAll(async () => {
    home = await start();
  });
  afterAll(() => home.stop());
  let opened = 0;
  function open(provider: PushProviderName): Pick<PushProvider, 'send'> {
    const name = `${where} ${opened++}`;
    return {
      send: (some, tokens) => home.calls.sendPush(name, provider, settings, clock.now(), some, tokens),
    };
  }

  describe.each(['jpush', 'fcm', 'timpush', 'apns'] as const)('%s', (name) => {
    test('sends title and text to every token', async () => {
      answer = success[name];
      expect(await open(name).send(notice, ['t-1', 't-2'])).toEqual(['sent', 'sent']);
      const all = messages().map(({ url, text }) => `${url.pathname} ${text}`);
      for (const part of ['t-1', 't-2', notice.title, notice.body]) expect(all.join()).toContain(part);
    });

    test('tells a dead token, a refusal and a passing fault apart', async () => {
      const send = open(name);
      const dead = gone[name];
      if (dead) {
        answer = dead;
        expect(await send.send(notice, ['t-1'])).toEqual(['gone']);
      }
      answer = refused[name];
      expect(await send.send(notice, ['t-1'])).toEqual(['refused']);
      for (const status of [429, 500, 503]) {
        answer = () => new Response('', { status });
        expect(await send.send(notice, ['t-1'])).toEqual(['retry']);
      }
    });
  });

  test('JPush is called with the key and secret, once for a thousand devices', async () => {
    answer = success.jpush;
    const tokens = Array.from({ length: 1001 }, (_, i) => `t-${i}`);
    expect(await open('jpush').send(notice, tokens)).toHaveLength(1001);
    expect(messages().map(({ text }) => JSON.parse(text).audience.registration_id.length)).toEqual([1000, 1]);
    const basic = Buffer.from('app-key:master-secret').toString('base64');
    expect(messages()[0]?.headers.get('authorization')).toBe(`Basic ${basic}`);
  });

  describe('JPush, which refuses a whole request for one registration id that is none,', () => {
    const invalid = (id: string) =>
      Response.json(
        { error: { code: 1003, message: `The registration_id ${id} is invalid!` } },
        { status: 400 },
      );
    const idsOf = ({ text }: Received): string[] => JSON.parse(text).audience.registration_id;
    /** Refuses ids that begin with `x`, the first of them by name. */
    const strict = (one: Received) => {
      const bad = idsOf(one).find((id) => id.startsWith('x'));
      return bad ? invalid(bad) : success.jpush();
    };

    test('is asked again without it, which is forgotten', async () => {
      answer = strict;
      // One whose beginning another has is not taken for it.
      const tokens = ['t-1', 'x-1', 't-2', 'x-12'];
      expect(await open('jpush').send(notice, tokens)).toEqual(['sent', 'gone', 'sent', 'gone']);
      expect(messages().map(idsOf)).toEqual([tokens, ['t-1', 't-2', 'x-12'], ['t-1', 't-2']]);
    });

    test('is not asked at all where none is left', async () => {
      answer = strict;
      expect(await open('jpush').send(notice, ['x-1'])).toEqual(['gone']);
      expect(messages()).toHaveLength(1);
    });

    test('is asked three times at most, and later for the others', async () => {
      answer = strict;
      const tokens = ['x-1', 'x-2', 'x-3', 'x-4', 't-1'];
      expect(await open('jpush').send(notice, tokens)).toEqual(['gone', 'gone', 'gone', 'retry', 'retry']);
      expect(messages()).toHaveLength(3);
    });

    test('is believed about no other value', async () => {
      answer = () => invalid('somebody-else');
      expect(await open('jpush').send(notice, ['t-1', 't-2'])).toEqual(['refused', 'refused']);
      expect(messages()).toHaveLength(1);
    });
  });

  test('FCM gets an access token for a signed assertion, and keeps it for most of an hour', async () => {
    answer = success.fcm;
    const send = open('fcm');
    await send.send(notice, ['t-1']);
    await send.send(notice, ['t-1']);
    const asked = received.filter(({ url }) => url.pathname === '/token');
    expect(asked).toHaveLength(1);
    const assertion = new URLSearchParams(asked[0]?.text).get('assertion') ?? '';
    const { payload } = await jwtVerify(assertion, google.publicKey, { currentDate: new Date(clock.now()) });
    expect(payload).toMatchObject({ iss: 'push@tea.test', aud: `${endpoint}/token` });
    expect(messages()[0]?.url.pathname).toBe('/v1/projects/tea/messages:send');
    expect(messages()[1]?.headers.get('authorization')).toBe('Bearer access-1');
    clock.time += 56 * 60_000;
    await send.send(notice, ['t-1']);
    expect(received.filter(({ url }) => url.pathname === '/token')).toHaveLength(2);
  });

  test('FCM’s word about a token is told from an answer that is about something else', async () => {
    const send = open('fcm');
    const says = (status: number, body: string) => {
      answer = () => new Response(body, { status });
      return send.send(notice, ['t-1']);
    };
    const error = (details: object) => JSON.stringify({ error: { code: 400, details: [details] } });
    const violated = (field: string) => error({ fieldViolations: [{ field, description: 'invalid' }] });
    expect(await says(400, violated('message.token'))).toEqual(['gone']);
    expect(await says(400, violated('message.data[0].value'))).toEqual(['refused']);
    expect(await says(400, error({ errorCode: 'INVALID_ARGUMENT' }))).toEqual(['refused']);
    expect(await says(403, error({ errorCode: 'SENDER_ID_MISMATCH' }))).toEqual(['refused']);
    // A proxy that does not know the way, or a project that is no more: the tokens may be as good as ever.
    expect(await says(404, '<html>Not Found</html>')).toEqual(['refused']);
    expect(await says(404, JSON.stringify({ error: { status: 'NOT_FOUND' } }))).toEqual(['refused']);
  });

  test('APNs is called with a token of ours that is renewed every 40 minutes', async () => {
    answer = success.apns;
    const send = open('apns');
    await send.send(notice, ['t/1']);
    const { headers, url } = only();
    expect(url.pathname).toBe('/3/device/t%2F1');
    const [, token = ''] = (headers.get('authorization') ?? '').split(' ');
    const { payload, protectedHeader } = await jwtVerify(token, apple.publicKey, {
      currentDate: new Date(clock.now()),
    });
    expect([payload.iss, protectedHeader]).toEqual(['TEAM123456', { alg: 'ES256', kid: 'KEY1234567' }]);
    expect([headers.get('apns-topic'), headers.get('apns-collapse-id')]).toEqual([
      'test.tea',
      notice.conversation,
    ]);
    await send.send(notice, ['t-2']);
    clock.time += 41 * 60_000;
    await send.send(notice, ['t-3']);
    const tokens = messages().map((one) => one.headers.get('authorization'));
    expect([tokens[0] === tokens[1], tokens[1] === tokens[2]]).toEqual([true, false]);
  });

  test('TIMPush is called with a UserSig that the app’s key signed', async () => {
    answer = success.timpush;
    await open('timpush').send(notice, ['t-1']);
    const query = only().url.searchParams;
    expect([query.get('sdkappid'), query.get('identifier')]).toEqual(['1400000000', 'administrator']);
    const text = (query.get('usersig') ?? '').replaceAll('*', '+').replaceAll('-', '/').replaceAll('_', '=');
    const sig = JSON.parse(inflateSync(Buffer.from(text, 'base64')).toString());
    const signed = `TLS.identifier:administrator\nTLS.sdkappid:1400000000\nTLS.time:${sig['TLS.time']}\nTLS.expire:600\n`;
    expect(sig['TLS.time']).toBe(Math.floor(clock.now() / 1000));
    expect(sig['TLS.sig']).toBe(createHmac('sha256', 'tim-key').update(signed).digest('base64'));
  });

  test('TIMPush gets a random number for each request, by which it tells a copy', async () => {
    answer = success.timpush;
    await open('timpush').send(notice, ['t-1']);
    await open('timpush').send(notice, ['t-1']);
    const numbers = messages().map(({ text }): unknown => JSON.parse(text).MsgRandom);
    for (const number of numbers)
      expect(Number.isInteger(number) && Number(number) >= 0 && Number(number) < 2 ** 32).toBe(true);
    expect(numbers[0]).not.toBe(numbers[1]);
  });

  test('TIMPush says of which devices it did not reach', async () => {
    const ErrorList = [
      { To_Account: 't-2', ErrorCode: 70107 },
      { To_Account: 't-3', ErrorCode: 91000 },
      { To_Account: 't-4', ErrorCode: 90048 },
    ];
    answer = () => Response.json({ ActionStatus: 'OK', ErrorCode: 0, ErrorList });
    const tokens = ['t-1', 't-2', 't-3', 't-4'];
    expect(await open('timpush').send(notice, tokens)).toEqual(['sent', 'gone', 'retry', 'refused']);
    answer = () => Response.json({ ActionStatus: 'FAIL', ErrorCode: 90024 });
    expect(await open('timpush').send(notice, ['t-1'])).toEqual(['retry']);
  });

  test('a UserSig has the signature that another implementation made of the same facts', async () => {
    const key = '5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e';
    const account = { sdkAppId: '1400000000', key, identifier: 'administrator' };
    const text = await home.calls.userSig(account, 1_600_000_000, 86_400);
    expect(text).not.toMatch(/[+/=]/);
    const plain = text.replaceAll('*', '+').replaceAll('-', '/').replaceAll('_', '=');
    const { 'TLS.sig': sig } = JSON.parse(inflateSync(Buffer.from(plain, 'base64')).toString());
    expect(sig).toBe('los0WU+OsAqKAMeEseEb6GMMPAPQp6knnzQ5XIlQj0U=');
  });
});

test('APNs is called over HTTP/2, on Bun alone', async () => {
  const asked: unknown[] = [];
  const spy = async (_: string | URL | Request, init: BunFetchRequestInit = {}) => {
    asked.push(init.protocol);
    return new Response();
  };
  const { APNS_TEAM_ID: teamId, APNS_KEY_ID: keyId, APNS_KEY: key, APNS_TOPIC: topic } = readConfig(settings);
  const http = Object.assign(spy, { preconnect: fetch.preconnect });
  await apns({ teamId, keyId, key, topic, endpoint }, clock, http).send(notice, ['t-1']);
  expect(asked).toEqual(['http2']);
});

test('a server does not start with a provider that is unknown or incomplete', () => {
  expect(() => readConfig({ PUSH_PROVIDERS: 'xinge' })).toThrow(BadConfig);
  expect(() => readConfig({ PUSH_PROVIDERS: 'jpush', JPUSH_APP_KEY: 'x' })).toThrow('JPUSH_MASTER_SECRET');
  expect(() => readConfig({ PUSH_PROVIDERS: 'fcm', FCM_SERVICE_ACCOUNT: '{}' })).toThrow(
    'FCM_SERVICE_ACCOUNT',
  );
});
