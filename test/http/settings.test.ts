import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { documents } from '../../scripts/documents.ts';
import { readConfig, settings } from '../../src/config.ts';
import { BadConfig } from '../../src/core/bad-config.ts';
import { systemRandom } from '../../src/core/random.ts';
import { digest, seal, unseal } from '../../src/core/sealing.ts';
import { openInstance } from '../../src/homes/keys.ts';
import { addressKey, clientAddress, trustedProxies } from '../../src/http/address.ts';
import { person, type TestApp, testApp } from '../support/app.ts';
import { PRODUCTION } from '../support/production-settings.ts';

const problems = (environment: Record<string, string>): readonly string[] => {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof BadConfig) return error.problems;
    throw error;
  }
};

describe('settings', () => {
  test('have a default and a description each', () => {
    expect(readConfig({})).toMatchObject({
      MODE: 'sandbox',
      PORT: 8787,
      SMS_RESEND_SECONDS: 30,
      SMS_PER_HOUR: 3,
      SMS_PER_DAY: 10,
    });
    for (const [name, schema] of Object.entries(settings))
      expect(schema.description, name).toMatch(/\S.{10}/);
  });

  test('that cannot be used are all named at once', () => {
    expect(problems({ PORT: 'x', SMS_CODE_DIGITS: '3', PUBLIC_URL: 'ftp://x' })).toEqual([
      expect.stringContaining('PORT'),
      expect.stringContaining('PUBLIC_URL'),
      expect.stringContaining('SMS_CODE_DIGITS'),
    ]);
  });

  test('of production need real secrets and refuse sandbox providers', () => {
    const bare = problems({ MODE: 'production' });
    for (const name of ['SESSION_SECRET', 'PAY_PEPPER', 'DATA_KEY', 'PUBLIC_URL', 'SMS_PROVIDER']) {
      expect(
        bare.some((problem) => problem.includes(name)),
        name,
      ).toBe(true);
    }
    expect(problems(PRODUCTION)).toEqual([]);
    expect(problems({ ...PRODUCTION, SESSION_SECRET: 'a'.repeat(40) })).toEqual([
      expect.stringContaining('SESSION_SECRET is too simple'),
    ]);
    expect(problems({ ...PRODUCTION, DATA_KEY: 'short' })).toEqual([expect.stringContaining('DATA_KEY')]);
  });

  test('never show a secret’s value in a problem', () => {
    expect(problems({ ...PRODUCTION, DATA_KEY: 'my-secret-value' }).join()).not.toContain('my-secret-value');
  });
});

describe('an instance', () => {
  let app: TestApp | undefined;
  afterEach(() => app?.close());

  test('keeps the secrets that a sandbox drew', async () => {
    app = await testApp();
    const again = await openInstance(app.platform.config, app.platform.db, systemRandom);
    expect(again).toEqual(app.platform.keys);
  });

  test('refuses another mode than the database was made in', async () => {
    app = await testApp();
    const other = { ...app.platform.config, MODE: 'production' as const };
    await expect(openInstance(other, app.platform.db, systemRandom)).rejects.toThrow(/made in sandbox mode/);
  });
});

describe('generated documents', () => {
  test.each(Object.keys(documents()))('%s is current (bun run docs:generate)', (path) => {
    expect(readFileSync(path, 'utf8')).toBe(documents()[path]);
  });
});

describe('the client’s address', () => {
  const trusted = trustedProxies(['10.0.0.0/8', '::1']);
  test.each([
    ['9.9.9.9', '1.1.1.1', '9.9.9.9'],
    ['10.0.0.5', '1.1.1.1', '1.1.1.1'],
    ['10.0.0.5', '6.6.6.6, 1.1.1.1, 10.1.1.1', '1.1.1.1'],
    ['::ffff:10.0.0.5', '1.1.1.1', '1.1.1.1'],
    ['10.0.0.5', 'nonsense', '10.0.0.5'],
    ['10.0.0.5', undefined, '10.0.0.5'],
    ['::1', '2001:db8::1', '2001:db8::1'],
    ['::FFFF:a00:5', '1.1.1.1', '1.1.1.1'],
    ['10.0.0.5', '::ffff:101:101', '1.1.1.1'],
    ['fe80::1%eth0', undefined, 'fe80::1'],
    ['10.0.0.5', '6.6.6.6, 1.1.1.1:51234', '1.1.1.1'],
    ['10.0.0.5', '1.1.1.1:51234, 10.1.1.1:80', '1.1.1.1'],
    ['10.0.0.5', '[2001:db8::1]:51234', '2001:db8::1'],
    ['10.0.0.5', '[2001:db8::1], [::ffff:10.1.1.1]:80', '2001:db8::1'],
    ['10.0.0.5', '2001:db8::1:443', '2001:db8::1:443'],
    ['10.0.0.5', '1.1.1.1, 1.1.1.1:nonsense', '10.0.0.5'],
    ['10.0.0.5', '1.1.1.1, [nonsense]:443', '10.0.0.5'],
  ])('of peer %s that says %s is %s', (peer, forwarded, address) => {
    expect(clientAddress(peer, forwarded, trusted)).toBe(address);
  });

  test('needs addresses as proxies', () => {
    expect(() => trustedProxies(['example.com'])).toThrow(/example.com/);
  });
});

describe('what an address counts under', () => {
  test.each([
    ['203.0.113.9', '203.0.113.9'],
    ['2001:db8:0:1::1', '2001:db8:0:1::/64'],
    ['2001:0DB8::0001:ffff:ffff:ffff:ffff', '2001:db8:0:1::/64'],
    ['2001:db8::', '2001:db8:0:0::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['fe80::2%en1', 'fe80:0:0:0::/64'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['::FFFF:cb00:7109', '203.0.113.9'],
    ['0:0:0:0:0:ffff:203.0.113.9', '203.0.113.9'],
    ['64:ff9b::203.0.113.9', '203.0.113.9'],
    ['::203.0.113.9', '0:0:0:0::/64'],
    ['', 'unknown'],
    ['203.0.113', 'unknown'],
    ['203.0.113.9%eth0', 'unknown'],
    ['2001:db8::1::', 'unknown'],
    ['[::1]', 'unknown'],
    ['a]/b', 'unknown'],
  ])('of %s is %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });
});

describe('flood limits', () => {
  test('count an IPv6 network of one client once, and IPv4 in IPv6 clothes as IPv4', async () => {
    const app = await testApp({ env: { RATE_LIMITS: 'on', RATE_PER_ADDRESS: '3' } });
    const ask = async (from: string) => (await app.call('/getVersion', {}, { from })).code;
    const network = ['2001:db8:0:7::1', '2001:db8::7:1:2:3:4', '2001:DB8:0:7:ffff::', '2001:db8:0:7::2'];
    const four = ['9.9.9.9', '::ffff:9.9.9.9', '::ffff:909:909', '9.9.9.9'];
    for (const same of [network, four]) {
      const codes = [];
      for (const from of same) codes.push(await ask(from));
      expect(codes).toEqual(['1', '1', '1', '429']);
    }
    expect([await ask('2001:db8:0:8::1'), await ask('::ffff:9.9.9.8')]).toEqual(['1', '1']);
  });

  test('answer 429 in the envelope with Retry-After, by address and by user, and pass with the minute', async () => {
    const app = await testApp({ env: { RATE_LIMITS: 'on', RATE_PER_ADDRESS: '5', RATE_PER_USER: '3' } });
    const li = await person(app, 'li');
    const ask = (from: string) => li.call('/chat/ready', {}, { from });
    for (let i = 0; i < 3; i += 1) expect((await ask(`9.9.9.${i}`)).code).toBe('1');
    const refused = await ask('9.9.9.9');
    expect(refused).toMatchObject({ status: 200, code: '429', data: { info: '操作过于频繁' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    for (let i = 0; i < 5; i += 1)
      expect((await app.call('/getVersion', {}, { from: '7.7.7.7' })).code).toBe('1');
    expect((await app.call('/getVersion', {}, { from: '7.7.7.7' })).code).toBe('429');
    app.clock.advance(60_000);
    expect((await ask('9.9.9.9')).code).toBe('1');
    await app.close();
  });

  test('are real statuses with HTTP_STATUS=real', async () => {
    const app = await testApp({ env: { HTTP_STATUS: 'real', RATE_LIMITS: 'on', RATE_PER_ADDRESS: '3' } });
    const [li, wang] = [await person(app, 'li'), await person(app, 'wang')];
    expect((await app.call('/chat/ready')).status).toBe(401);
    expect((await li.call('/chat/ready', { userId: wang.id })).status).toBe(403);
    expect((await li.call('/chat/getUserById', { destId: 5 })).status).toBe(200);
    expect((await app.call('/chat/ready')).status).toBe(429);
    await app.close();
  });
});

describe('sealing', () => {
  const key = systemRandom.bytes(32);
  test('opens only with the same key and purpose, and unchanged', () => {
    const sealed = seal(key, 'a', '11010519491231002X', systemRandom);
    expect(unseal(key, 'a', sealed)).toBe('11010519491231002X');
    expect(() => unseal(key, 'b', sealed)).toThrow();
    expect(() => unseal(systemRandom.bytes(32), 'a', sealed)).toThrow();
    expect(() => unseal(key, 'a', `A${sealed.slice(1)}`)).toThrow();
    expect(seal(key, 'a', 'x', systemRandom)).not.toBe(seal(key, 'a', 'x', systemRandom));
  });

  test('digests differ by purpose', () => {
    expect(digest(key, 'a', 'x')).not.toBe(digest(key, 'b', 'x'));
  });
});
