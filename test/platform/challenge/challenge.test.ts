import { createHash, createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import { BadConfig } from '../../../src/core/bad-config.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { systemRandom } from '../../../src/core/random.ts';
import { openChallenge } from '../../../src/platform/challenge/open.ts';
import { type Home, homes } from '../../support/homes.ts';
import { PRODUCTION } from '../../support/production-settings.ts';

const NOW = Date.UTC(2026, 10, 22, 20, 30);

/** A vendor of our own: keeps what it was sent, answers what the test says. */
let received: { url: URL; headers: Headers; body: string }[] = [];
let answer: () => Response | Promise<Response> = () => Response.json({});
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  async fetch(request) {
    received.push({ url: new URL(request.url), headers: request.headers, body: await request.text() });
    return answer();
  },
});
afterAll(() => server.stop(true));
afterEach(() => {
  received = [];
});

const accounts: Record<string, Record<string, string>> = {
  turnstile: { CHALLENGE_SITE_KEY: '0x4site', CHALLENGE_SECRET: '0x4secret' },
  aliyun: {
    CHALLENGE_SITE_KEY: 'prefix1',
    CHALLENGE_SCENE: 'scene1',
    CHALLENGE_KEY_ID: 'key-id',
    CHALLENGE_SECRET: 'key-secret',
  },
};
const settings = (provider: string, endpoint = `http://127.0.0.1:${server.port}`) => ({
  CHALLENGE_PROVIDER: provider,
  CHALLENGE_ENDPOINT: endpoint,
  ...accounts[provider],
});
const turnstileSays = (...codes: string[]) => ({ success: false, 'error-codes': codes });
const aliyunSays = (VerifyResult: boolean, VerifyCode: string) => ({
  Code: 'Success',
  Success: true,
  Result: { VerifyResult, VerifyCode },
});
const answers: Record<string, Record<'passed' | 'failed' | 'unavailable', (() => Response)[]>> = {
  turnstile: {
    passed: [() => Response.json({ success: true, 'error-codes': [], hostname: 'im.example.com' })],
    failed: ['invalid-input-response', 'missing-input-response', 'timeout-or-duplicate', 'bad-request'].map(
      (code) => () => Response.json(turnstileSays(code)),
    ),
    unavailable: [
      () => Response.json(turnstileSays('invalid-input-secret')),
      () => Response.json(turnstileSays('internal-error'), { status: 500 }),
      () => Response.json(turnstileSays()),
    ],
  },
  aliyun: {
    passed: ['T001', 'T006'].map((code) => () => Response.json(aliyunSays(true, code))),
    failed: [
      ...['F001', 'F003', 'F005', 'F008', 'F012'].map((code) => () => Response.json(aliyunSays(false, code))),
      () => Response.json({ Code: 'InvalidParameter' }, { status: 400 }),
    ],
    unavailable: [
      () => Response.json({ Code: 'InvalidAccessKeyId.NotFound' }, { status: 404 }),
      () => Response.json({ Code: 'SignatureDoesNotMatch' }, { status: 400 }),
      () => Response.json({ Code: 'Throttling.User' }, { status: 400 }),
      () => Response.json({ Code: 'InternalError' }, { status: 500 }),
    ],
  },
};

describe.each(homes)('challenges %s', (_, open) => {
  let home: Home;
  beforeAll(async () => {
    home = await open();
  });
  afterAll(() => home.stop());
  const verify = (provider: string, proof = 'proof 1', endpoint?: string) =>
    home.calls.verifyChallenge(settings(provider, endpoint), NOW, proof, '10.0.0.1');

  describe.each(['turnstile', 'aliyun'])('%s', (provider) => {
    test.each(['passed', 'failed', 'unavailable'] as const)('says %s as the vendor does', async (verdict) => {
      for (const respond of answers[provider]?.[verdict] ?? []) {
        answer = respond;
        expect(await verify(provider)).toMatchObject({ verdict });
      }
      expect(received.length).toBeGreaterThan(0);
    });

    test('does not know after nonsense, or where nobody answers', async () => {
      for (const respond of [
        () => new Response('<html>'),
        () => new Response('null'),
        () => Response.json({}),
      ]) {
        answer = respond;
        expect(await verify(provider)).toMatchObject({ verdict: 'unavailable' });
      }
      expect(await verify(provider, 'x', 'http://127.0.0.1:9')).toMatchObject({ verdict: 'unavailable' });
    });
  });

  test('Turnstile is asked as its document says, and not for what no widget gives', async () => {
    answer = answers['turnstile']?.passed[0] ?? answer;
    expect((await verify('turnstile')).shown).toEqual({ challenge: 'turnstile', siteKey: '0x4site' });
    const [{ url, body }] = received as [(typeof received)[0]];
    expect(url.pathname).toBe('/turnstile/v0/siteverify');
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      secret: '0x4secret',
      response: 'proof 1',
      remoteip: '10.0.0.1',
    });
    expect(await verify('turnstile', 'x'.repeat(2049))).toMatchObject({ verdict: 'failed' });
    expect(received).toHaveLength(1);
  });

  test('Aliyun is asked as its document says, signed over what arrives', async () => {
    answer = answers['aliyun']?.passed[0] ?? answer;
    const shown = { challenge: 'aliyun', siteKey: 'prefix1', scene: 'scene1' };
    expect((await verify('aliyun', '{"a":"汉字 +&"}')).shown).toMatchObject(shown);
    const [{ url, headers, body }] = received as [(typeof received)[0]];
    expect([headers.get('x-acs-action'), headers.get('x-acs-version'), url.search]).toEqual([
      'VerifyIntelligentCaptcha',
      '2023-03-05',
      '',
    ]);
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      CaptchaVerifyParam: '{"a":"汉字 +&"}',
      SceneId: 'scene1',
    });
    const hex = (text: string) => createHash('sha256').update(text).digest('hex');
    const [, names = '', signature] =
      /SignedHeaders=([^,]+),Signature=(\w+)$/.exec(headers.get('authorization') ?? '') ?? [];
    expect(names.split(';')).toEqual(
      expect.arrayContaining(['content-type', 'host', 'x-acs-content-sha256']),
    );
    const lines = names
      .split(';')
      .map((name) => `${name}:${headers.get(name)}\n`)
      .join('');
    const canonical = ['POST', '/', '', lines, names, hex(body)].join('\n');
    const expected = createHmac('sha256', 'key-secret').update(`ACS3-HMAC-SHA256\n${hex(canonical)}`);
    expect(expected.digest('hex')).toBe(signature);
  });
});

describe('the settings', () => {
  const problems = (env: Record<string, string>) => {
    try {
      readConfig(env);
      return [];
    } catch (error) {
      if (error instanceof BadConfig) return error.problems;
      throw error;
    }
  };

  test('of a provider must be whole', () => {
    expect(problems({ CHALLENGE_PROVIDER: 'turnstile' })).toHaveLength(2);
    expect(problems({ CHALLENGE_PROVIDER: 'aliyun', CHALLENGE_SITE_KEY: 'x' })).toHaveLength(3);
    expect(problems({ ...settings('aliyun') })).toEqual([]);
    expect(problems({ CHALLENGE_PROVIDER: 'other' })).toHaveLength(1);
  });

  test('may hold Turnstile’s keys for tests in a sandbox alone', () => {
    const keys = {
      CHALLENGE_PROVIDER: 'turnstile',
      CHALLENGE_SITE_KEY: '1x00000000000000000000AA',
      CHALLENGE_SECRET: '1x0000000000000000000000000000000AA',
    };
    expect(problems(keys)).toEqual([]);
    expect(problems({ ...PRODUCTION, ...keys })).toHaveLength(2);
    expect(problems({ ...PRODUCTION, ...settings('turnstile') })).toEqual([]);
  });

  test('name none by default', () => {
    expect(openChallenge(readConfig({}), systemClock, systemRandom)).toBeUndefined();
  });
});
