import { createHash, createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { systemRandom } from '../../../src/core/random.ts';
import { openSms } from '../../../src/platform/sms/open.ts';
import { type Home, homes } from '../../support/homes.ts';

const NOW = Date.UTC(2026, 10, 22, 20, 30);

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

const settings = (provider: string) => ({
  SMS_PROVIDER: provider,
  SMS_KEY_ID: 'key-id',
  SMS_KEY_SECRET: 'key-secret',
  SMS_SIGN_NAME: '茶馆',
  SMS_TEMPLATE: 'T_1',
  SMS_SENDER: '1400006666',
  SMS_ENDPOINT: endpoint,
});

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
    ...(
      [
        ['分钟', 'SEND_FAILED'],
        ['小时', 'SEND_FAILED'],
        ['天', 'TOO_MANY_TODAY'],
      ] as const
    ).map(([span, failure]): [() => Response, string] => [
      () => Response.json({ Code: 'isv.BUSINESS_LIMIT_CONTROL', Message: `触发${span}级流控Permits:1` }),
      failure,
    ]),
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
    [() => Response.json({ Response: { Error: { Code: 'RequestLimitExceeded' } } }), 'SEND_FAILED'],
    ...['PhoneNumberThirtySecondLimit', 'PhoneNumberOneHourLimit', 'DeliveryFrequencyLimit'].map(
      (limit): [() => Response, string] => [
        () => Response.json({ Response: { SendStatusSet: [{ Code: `LimitExceeded.${limit}` }] } }),
        'SEND_FAILED',
      ],
    ),
  ],
  twilio: [
    [() => Response.json({ code: 20429 }, { status: 429 }), 'SEND_FAILED'],
    [() => Response.json({ code: 63038 }, { status: 429 }), 'TOO_MANY_TODAY'],
    [() => Response.json({ code: 21211 }, { status: 400 }), 'BAD_NUMBER'],
    [() => Response.json({ code: 21408 }, { status: 403 }), 'REGION_NOT_SERVED'],
    [() => Response.json({ code: 20003 }, { status: 401 }), 'PROVIDER_REFUSED'],
  ],
};

const unknownRefusals: Record<string, () => Response> = {
  aliyun: () => Response.json({ Code: 'isv.SOMETHING_NEW' }),
  tencent: () => Response.json({ Response: { SendStatusSet: [{ Code: 'SomethingNew' }] } }),
  twilio: () => new Response('{"code":-1}', { status: 400 }),
};
/** Faults that a vendor tells of in a readable answer. */
const faults: Record<string, (() => Response)[]> = {
  aliyun: ['isp.SYSTEM_ERROR', 'isp.GATEWAY_ERROR', 'isp.UNKNOWN'].map(
    (Code) => () => Response.json({ Code }),
  ),
  tencent: [() => Response.json({ Response: { Error: { Code: 'InternalError.Timeout' } } })],
  twilio: [() => Response.json({ code: 20500 }, { status: 500 })],
};

describe.each(homes)('SMS %s', (_, open) => {
  let home: Home;
  beforeAll(async () => {
    home = await open();
  });
  afterAll(() => home.stop());
  const send = (provider: string, changes: Readonly<Record<string, string>> = {}) =>
    home.calls.sendSms({ ...settings(provider), ...changes }, NOW, '+8615768709546', '123456', '茶馆');

  describe.each(['aliyun', 'tencent', 'twilio'])('%s', (provider) => {
    test('sends the code once, and never shows it', async () => {
      answer = success[provider] ?? answer;
      expect(await send(provider)).toEqual({ showsCode: false, failure: null });
      expect(received).toHaveLength(1);
      const [{ url, body }] = received as [Received];
      expect(decodeURIComponent(`${url.search}${body}`)).toContain('123456');
      expect(decodeURIComponent(`${url.search}${body}`)).toContain('15768709546');
    });

    test('tells failures in the words of the document', async () => {
      for (const [respond, failure] of failures[provider] ?? []) {
        answer = respond;
        expect(await send(provider)).toMatchObject({ failure });
      }
    });

    test('knows of a refusal in words of the vendor’s own that nothing was sent', async () => {
      answer = unknownRefusals[provider] ?? answer;
      expect(await send(provider)).toMatchObject({ failure: 'SEND_FAILED' });
    });

    test('does not know after nonsense or a fault', async () => {
      for (const respond of [
        () => new Response('<html>'),
        () => new Response('{}'),
        () => new Response('', { status: 500 }),
        () => Response.json({ Code: 'isv.OUT_OF_SERVICE', code: 21211 }, { status: 503 }),
        () => new Response('null'),
        ...(faults[provider] ?? []),
      ]) {
        answer = respond;
        expect(await send(provider)).toMatchObject({ failure: 'UNCLEAR' });
      }
    });
  });

  describe('what arrives is signed over what arrives', () => {
    const hex = (text: string) => createHash('sha256').update(text).digest('hex');
    const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

    test('at Aliyun', async () => {
      answer = success['aliyun'] ?? answer;
      await send('aliyun');
      const [{ url, headers }] = received as [Received];
      const [, names = '', signature] =
        /SignedHeaders=([^,]+),Signature=(\w+)$/.exec(headers.get('authorization') ?? '') ?? [];
      expect(names.split(';')).toEqual(expect.arrayContaining(['host', 'x-acs-action', 'x-acs-date']));
      expect(headers.get('accept')).toBe('application/json');
      const lines = names
        .split(';')
        .map((name) => `${name}:${headers.get(name)}\n`)
        .join('');
      const canonical = ['POST', '/', url.search.slice(1), lines, names, hex('')].join('\n');
      expect(hmac('key-secret', `ACS3-HMAC-SHA256\n${hex(canonical)}`).toString('hex')).toBe(signature);
    });

    test('at Tencent', async () => {
      answer = success['tencent'] ?? answer;
      await send('tencent');
      const [{ url, headers, body }] = received as [Received];
      const seconds = headers.get('x-tc-timestamp');
      expect(seconds).toBe(String(NOW / 1000));
      const sent = `content-type:${headers.get('content-type')}\nhost:${url.host}\n`;
      const canonical = `POST\n/\n\n${sent}\ncontent-type;host\n${hex(body)}`;
      const scope = '2026-11-22/sms/tc3_request';
      const keys = ['sms', 'tc3_request'].reduce(hmac, hmac('TC3key-secret', '2026-11-22'));
      const signature = hmac(keys, `TC3-HMAC-SHA256\n${seconds}\n${scope}\n${hex(canonical)}`).toString(
        'hex',
      );
      expect(headers.get('authorization')).toBe(
        `TC3-HMAC-SHA256 Credential=key-id/${scope}, SignedHeaders=content-type;host, Signature=${signature}`,
      );
    });

    test('at Twilio', async () => {
      answer = success['twilio'] ?? answer;
      await send('twilio');
      expect(received[0]?.headers.get('authorization')).toBe(`Basic ${btoa('key-id:key-secret')}`);
    });
  });

  describe('the vendors’ published examples come out', () => {
    test('Aliyun, RunInstances', async () => {
      const query = {
        ImageId: 'win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd',
        RegionId: 'cn-shanghai',
      };
      const headers = {
        host: 'ecs.cn-shanghai.aliyuncs.com',
        'x-acs-action': 'RunInstances',
        'x-acs-date': '2023-10-26T10:22:32Z',
        'x-acs-signature-nonce': '3156853299f313e23d1673dc12e1703d',
        'x-acs-version': '2014-05-26',
      };
      const key = { id: 'YourAccessKeyId', secret: 'YourAccessKeySecret' };
      const { authorization } = await home.calls.signAcs3(key, query, headers);
      expect(authorization).toMatch(
        /Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0$/,
      );
    });

    test('Tencent, DescribeInstances', async () => {
      const payload = String.raw`{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}`;
      const key = { id: 'id', secret: 'Gu5t9xGARNpq86cd98joQYCN3*******' };
      expect(await home.calls.signTc3(key, 'cvm.tencentcloudapi.com', 'cvm', payload, 1551113065)).toMatch(
        /Signature=2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c$/,
      );
    });
  });
});

describe('a connection', () => {
  const failureAt = (at: string) =>
    openSms(readConfig({ ...settings('twilio'), SMS_ENDPOINT: at }), systemClock, systemRandom).sendCode(
      '+8615768709546',
      '123456',
      '茶馆',
    );

  test('that was refused has sent nothing', async () => {
    expect(await failureAt('http://127.0.0.1:1')).toBe('SEND_FAILED');
  });

  test('that was cut, or took too long, leaves a doubt', async () => {
    const cut = Bun.listen({
      hostname: '127.0.0.1',
      port: 0,
      socket: { data: (socket) => void socket.terminate() },
    });
    const { promise: never, resolve } = Promise.withResolvers<Response>();
    const hanging = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => never });
    const timeout = AbortSignal.timeout.bind(AbortSignal);
    const soon = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => timeout(100));
    try {
      for (const { port } of [cut, hanging])
        expect(await failureAt(`http://127.0.0.1:${port}`)).toBe('UNCLEAR');
    } finally {
      soon.mockRestore();
      resolve(new Response());
      cut.stop(true);
      await hanging.stop(true);
    }
  });
});

test('a provider without its account does not start', () => {
  expect(() => readConfig({ SMS_PROVIDER: 'aliyun' })).toThrow(/SMS_KEY_ID must be set/);
});

describe('a notice', () => {
  const notify = (provider: string, changes: Readonly<Record<string, string>> = {}) => {
    const config = readConfig({ ...settings(provider), ...changes });
    return openSms(config, systemClock, systemRandom).sendNotice('+8615768709546', '手机号已更换', '茶馆');
  };

  test.each(['aliyun', 'tencent'])('goes by a template of its own at %s, or not at all', async (provider) => {
    answer = success[provider] ?? answer;
    expect(await notify(provider)).toBeUndefined();
    expect(received).toHaveLength(0);
    expect(await notify(provider, { SMS_NOTICE_TEMPLATE: 'T_2' })).toBeUndefined();
    const [{ url, body }] = received as [Received];
    expect(`${url.search}${body}`).toContain('T_2');
    expect(`${url.search}${body}`).not.toContain('T_1');
  });

  test('is any text at twilio', async () => {
    answer = success['twilio'] ?? answer;
    expect(await notify('twilio')).toBeUndefined();
    expect(new URLSearchParams(received[0]?.body).get('Body')).toBe('【茶馆】手机号已更换');
    answer = failures['twilio']?.[2]?.[0] ?? answer;
    expect(await notify('twilio')).toBe('BAD_NUMBER');
  });
});
