import { createHash, createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { openSms } from '../../src/platform/sms.open.ts';
import { signAcs3, signTc3 } from '../../src/platform/sms.signing.ts';
import type { Sms } from '../../src/platform/sms.ts';

const clock = { now: () => Date.UTC(2026, 10, 22, 20, 30) };

interface Received {
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string;
}

/** A vendor of our own: keeps what it was sent, answers what the test says. */
let received: Received[] = [];
let answer: () => Response = () => Response.json({});
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  async fetch(request) {
    received.push({ url: new URL(request.url), headers: request.headers, body: await request.text() });
    return answer();
  },
});
const endpoint = `http://127.0.0.1:${server.port}`;
beforeAll(() => expect(server.port).toBeGreaterThan(0));
afterAll(() => server.stop(true));
afterEach(() => {
  received = [];
});

const open = (provider: string): Sms =>
  openSms(
    readConfig({
      SMS_PROVIDER: provider,
      SMS_KEY_ID: 'key-id',
      SMS_KEY_SECRET: 'key-secret',
      SMS_SIGN_NAME: '茶馆',
      SMS_TEMPLATE: 'T_1',
      SMS_SENDER: '1400006666',
      SMS_ENDPOINT: endpoint,
    }),
    clock,
    systemRandom,
  );

const success: Record<string, () => Response> = {
  aliyun: () => Response.json({ Code: 'OK', BizId: '1' }),
  tencent: () => Response.json({ Response: { SendStatusSet: [{ Code: 'Ok' }], RequestId: 'r' } }),
  twilio: () => Response.json({ sid: 'SM1', status: 'queued' }, { status: 201 }),
};
const failures: Record<string, [() => Response, string][]> = {
  aliyun: [
    [() => Response.json({ Code: 'isv.MOBILE_NUMBER_ILLEGAL' }), 'BAD_NUMBER'],
    [() => Response.json({ Code: 'isv.BUSINESS_LIMIT_CONTROL' }), 'TOO_MANY_TODAY'],
    [() => Response.json({ Code: 'isv.AMOUNT_NOT_ENOUGH' }), 'PROVIDER_REFUSED'],
  ],
  tencent: [
    [
      () =>
        Response.json({
          Response: { SendStatusSet: [{ Code: 'InvalidParameterValue.IncorrectPhoneNumber' }] },
        }),
      'BAD_NUMBER',
    ],
    [
      () => Response.json({ Response: { Error: { Code: 'LimitExceeded.PhoneNumberDailyLimit' } } }),
      'TOO_MANY_TODAY',
    ],
    [
      () => Response.json({ Response: { Error: { Code: 'UnsupportedOperation.UnsupportedRegion' } } }),
      'REGION_NOT_SERVED',
    ],
    [
      () => Response.json({ Response: { Error: { Code: 'AuthFailure.SignatureFailure' } } }),
      'PROVIDER_REFUSED',
    ],
  ],
  twilio: [
    [() => Response.json({ code: 21211 }, { status: 400 }), 'BAD_NUMBER'],
    [() => Response.json({ code: 21408 }, { status: 403 }), 'REGION_NOT_SERVED'],
    [() => Response.json({ code: 20003 }, { status: 401 }), 'PROVIDER_REFUSED'],
  ],
};

describe.each(['aliyun', 'tencent', 'twilio'])('%s', (provider) => {
  test('sends the code once, and never shows it', async () => {
    answer = success[provider] ?? answer;
    const sms = open(provider);
    expect(sms.showsCode).toBe(false);
    expect(await sms.sendCode('+8615768709546', '123456', '茶馆')).toBeUndefined();
    expect(received).toHaveLength(1);
    const [{ url, body }] = received as [Received];
    expect(decodeURIComponent(`${url.search}${body}`)).toContain('123456');
    expect(decodeURIComponent(`${url.search}${body}`)).toContain('15768709546');
  });

  test('tells failures in the words of the document', async () => {
    for (const [respond, failure] of failures[provider] ?? []) {
      answer = respond;
      expect(await open(provider).sendCode('+8615768709546', '123456', '茶馆')).toBe(failure);
    }
  });

  test('counts nonsense, a fault and no answer as a failed sending', async () => {
    for (const respond of [
      () => new Response('<html>'),
      () => new Response('', { status: 500 }),
      () => new Response('null'),
    ]) {
      answer = respond;
      expect(await open(provider).sendCode('+8615768709546', '123456', '茶馆')).toBe('SEND_FAILED');
    }
  });
});

test('an unreachable vendor is a failed sending', async () => {
  const config = readConfig({
    SMS_PROVIDER: 'twilio',
    SMS_KEY_ID: 'a',
    SMS_KEY_SECRET: 'b',
    SMS_SENDER: '+1',
    SMS_ENDPOINT: 'http://127.0.0.1:1',
  });
  expect(await openSms(config, clock, systemRandom).sendCode('+8615768709546', '1', 'x')).toBe('SEND_FAILED');
});

test('a provider without its account does not start', () => {
  expect(() => readConfig({ SMS_PROVIDER: 'aliyun' })).toThrow(/SMS_KEY_ID must be set/);
});

describe('what arrives is signed over what arrives', () => {
  const hex = (text: string) => createHash('sha256').update(text).digest('hex');

  test('at Aliyun', async () => {
    answer = success['aliyun'] ?? answer;
    await open('aliyun').sendCode('+8615768709546', '123456', '茶馆');
    const [{ url, headers }] = received as [Received];
    const [, names = '', signature] =
      /SignedHeaders=([^,]+),Signature=(\w+)$/.exec(headers.get('authorization') ?? '') ?? [];
    const lines = names
      .split(';')
      .map((name) => `${name}:${headers.get(name)}\n`)
      .join('');
    const canonical = ['POST', '/', url.search.slice(1), lines, names, hex('')].join('\n');
    expect(
      createHmac('sha256', 'key-secret')
        .update(`ACS3-HMAC-SHA256\n${hex(canonical)}`)
        .digest('hex'),
    ).toBe(signature);
  });

  test('at Tencent', async () => {
    answer = success['tencent'] ?? answer;
    await open('tencent').sendCode('+8615768709546', '123456', '茶馆');
    const [{ url, headers, body }] = received as [Received];
    const seconds = Number(headers.get('x-tc-timestamp'));
    expect(seconds).toBe(clock.now() / 1000);
    expect(signTc3({ id: 'key-id', secret: 'key-secret' }, url.host, 'sms', body, seconds)).toBe(
      headers.get('authorization'),
    );
  });

  test('at Twilio', async () => {
    answer = success['twilio'] ?? answer;
    await open('twilio').sendCode('+8615768709546', '123456', '茶馆');
    expect(received[0]?.headers.get('authorization')).toBe(`Basic ${btoa('key-id:key-secret')}`);
  });
});

describe('the vendors’ published examples come out', () => {
  test('Aliyun, RunInstances', () => {
    const query = { ImageId: 'win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd', RegionId: 'cn-shanghai' };
    const headers = {
      host: 'ecs.cn-shanghai.aliyuncs.com',
      'x-acs-action': 'RunInstances',
      'x-acs-date': '2023-10-26T10:22:32Z',
      'x-acs-signature-nonce': '3156853299f313e23d1673dc12e1703d',
      'x-acs-version': '2014-05-26',
    };
    const { authorization } = signAcs3(
      { id: 'YourAccessKeyId', secret: 'YourAccessKeySecret' },
      query,
      headers,
    );
    expect(authorization).toMatch(
      /Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0$/,
    );
  });

  test('Tencent, DescribeInstances', () => {
    const payload = String.raw`{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}`;
    const key = { id: 'id', secret: 'Gu5t9xGARNpq86cd98joQYCN3*******' };
    expect(signTc3(key, 'cvm.tencentcloudapi.com', 'cvm', payload, 1551113065)).toMatch(
      /Signature=2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c$/,
    );
  });
});
