import { describe, expect, test } from 'vitest';
import { unknownSettings } from '../../src/commands/unknown-settings.ts';
import { readConfig } from '../../src/config.ts';
import { BadConfig } from '../../src/core/bad-config.ts';
import { systemRandom } from '../../src/core/random.ts';
import { seemsDrawn, textSeemsDrawn } from '../../src/core/secret-strength.ts';
import { smsCodeWarnings } from '../../src/features/sms-codes/settings.ts';
import { PRODUCTION } from '../support/production-settings.ts';

const problems = (settings: Readonly<Record<string, string>>): readonly string[] => {
  try {
    readConfig({ ...PRODUCTION, ...settings });
    return [];
  } catch (error) {
    if (error instanceof BadConfig) return error.problems;
    throw error;
  }
};
const base64 = (bytes: Uint8Array | number[]) => Buffer.from(bytes).toString('base64');

describe('production refuses', () => {
  test.each([
    ['SESSION_SECRET', 'abcdefghijklmnopqrstuvwxyz0123456789'],
    ['SESSION_SECRET', 'AbCdEfGhIjKlMnOpQrStUvWxYz0123456789'],
    ['SESSION_SECRET', 'k3Xp9'.repeat(8)],
    ['PAY_PEPPER', 'please-CHANGE-me-before-you-go-live!'],
    ['PAY_PEPPER', '0123456789012345678901234567890123'],
    ['DATA_KEY', base64(new Uint8Array(32))],
    ['DATA_KEY', base64(Array.from({ length: 32 }, (_, i) => i))],
    ['DATA_KEY', base64(Array.from({ length: 32 }, (_, i) => 255 - 3 * i))],
    ['DATA_KEY', base64(Array.from({ length: 32 }, (_, i) => [7, 99, 200, 31][i % 4] ?? 0))],
    ['PUBLIC_URL', 'http://im.example.com'],
    ['RATE_LIMITS', 'off'],
    ['SMS_RESEND_SECONDS', '0'],
    ['TRUSTED_PROXIES', '10.0.0.1,0.0.0.0/0'],
    ['TRUSTED_PROXIES', '::/0'],
    ['TRUSTED_PROXIES', '0.0.0.0/1,128.0.0.0/1'],
  ])('%s=%s, and names it without its value', (name, value) => {
    const found = problems({ [name]: value });
    expect(found.length).toBeGreaterThan(0);
    for (const problem of found) expect(problem).toContain(name);
    if (/SECRET|PEPPER|KEY/.test(name)) expect(found.join()).not.toContain(value);
  });

  test('one secret in two places, however it is written, and names both', () => {
    const { SESSION_SECRET, DATA_KEY } = PRODUCTION;
    expect(problems({ PAY_PEPPER: SESSION_SECRET })).toEqual([
      expect.stringMatching(/SESSION_SECRET and PAY_PEPPER must not be the same/),
    ]);
    expect(problems({ PAY_PEPPER: DATA_KEY.replace(/=$/, '') })).toEqual([
      expect.stringMatching(/PAY_PEPPER and DATA_KEY/),
    ]);
  });

  test('everything at once, so that an operator starts twice', () => {
    const bad = { PUBLIC_URL: 'http://x.test', RATE_LIMITS: 'off', DATA_KEY: base64(new Uint8Array(32)) };
    expect(problems({ ...bad, PAY_PEPPER: 'short', SMS_PROVIDER: '' })).toHaveLength(5);
  });
});

test('a secret that was drawn is never called too simple', () => {
  for (let i = 0; i < 5000; i += 1) {
    const bytes = Buffer.from(systemRandom.bytes(32));
    expect([seemsDrawn(bytes), seemsDrawn(Buffer.from(bytes.toString('hex').slice(0, 32)))]).toEqual([
      true,
      true,
    ]);
    const texts = [bytes.toString('hex'), bytes.toString('base64url')];
    // One in some hundred thousand spells a word of habit by chance.
    for (const text of texts)
      expect(textSeemsDrawn(text) || /change|secret|passw|default/i.test(text), text).toBe(true);
  }
});

test('production may have proxies of its own networks, and codes of the original apps’ length with a warning', () => {
  expect(problems({ TRUSTED_PROXIES: '10.0.0.0/8,fc00::/7,127.0.0.1,2001:db8::1' })).toEqual([]);
  expect(smsCodeWarnings(readConfig({ ...PRODUCTION, SMS_CODE_DIGITS: '4' }))).toEqual([
    expect.stringContaining('SMS_CODE_DIGITS=4'),
  ]);
  expect(smsCodeWarnings(readConfig(PRODUCTION))).toEqual([]);
});

test('what is empty counts as not set, and is asked for as such', () => {
  const empty = { SMS_PROVIDER: '', SESSION_SECRET: ' ', PUBLIC_URL: '' };
  expect(problems(empty)).toEqual([
    expect.stringMatching(/^SESSION_SECRET must be set/),
    expect.stringMatching(/^PUBLIC_URL must be set/),
    expect.stringMatching(/^SMS_PROVIDER must be aliyun, tencent or twilio/),
  ]);
});

test('a value that is none is told what it should be, in words', () => {
  const bad = { PORT: 'x', MODE: 'prod', SESSION_DAYS: '0', GROUP_FEE_MAX: 'much', PUBLIC_URL: 'ftp://x' };
  expect(problems(bad)).toEqual([
    'MODE must be one of sandbox, production.',
    'PORT must be a whole number from 0 to 65535.',
    'PUBLIC_URL must be a URL that begins with https:// or http://.',
    'SESSION_DAYS must be a whole number from 1 to 3650.',
    'GROUP_FEE_MAX must be an amount in yuan, as 500.00.',
  ]);
});

describe('a variable that is no setting', () => {
  test('and is meant for one is named', () => {
    const misspelt = { PROT: '1', DATA_DRI: '', SMS_SIGNAME: '', SESION_SECRET: '', LOG_LEVEL: 'debug' };
    expect(unknownSettings(misspelt)).toEqual([
      { name: 'PROT', meant: 'PORT' },
      { name: 'DATA_DRI', meant: 'DATA_DIR' },
      { name: 'SMS_SIGNAME', meant: 'SMS_SIGN_NAME' },
      { name: 'SESION_SECRET', meant: 'SESSION_SECRET' },
      { name: 'LOG_LEVEL', meant: undefined },
    ]);
  });

  test('and is everybody’s is not', () => {
    const usual =
      'NODE PATH HOME USER SHELL PWD LANG LC_ALL TERM HOSTNAME LOGNAME MAIL NODE_ENV HTTP_PROXY SESSION_MANAGER INVOCATION_ID JOURNAL_STREAM npm_config_user_agent VITEST TZ';
    expect(unknownSettings(Object.fromEntries(usual.split(' ').map((name) => [name, ''])))).toEqual([]);
    expect(unknownSettings(PRODUCTION)).toEqual([]);
  });
});
