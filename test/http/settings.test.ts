import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { documents } from '../../scripts/documents.ts';
import { BadConfig, readConfig, settings } from '../../src/config.ts';
import { clientAddress, trustedProxies } from '../../src/http/address.ts';
import { openInstance } from '../../src/keys.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { digest, seal, unseal } from '../../src/sealing.ts';
import { person, type TestApp, testApp } from '../support/app.ts';

const PRODUCTION = {
  MODE: 'production',
  PUBLIC_URL: 'https://im.example.com',
  SESSION_SECRET: 'kZ3mP9qRt7vXy2bNc5dFg8hJk1lQw4eS',
  PAY_PEPPER: 'aB7cD2eF9gH4iJ6kL1mN8oP3qR5sT0uV',
  DATA_KEY: Buffer.alloc(32, 7).toString('base64'),
};
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
    expect(problems({ ...PRODUCTION, SESSION_SECRET: 'a'.repeat(40) })).toContainEqual(
      expect.stringContaining('SESSION_SECRET is too simple'),
    );
    expect(problems({ ...PRODUCTION, DATA_KEY: 'short' })).toContainEqual(
      expect.stringContaining('DATA_KEY'),
    );
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
  ])('of peer %s that says %s is %s', (peer, forwarded, address) => {
    expect(clientAddress(peer, forwarded, trusted)).toBe(address);
  });

  test('needs addresses as proxies', () => {
    expect(() => trustedProxies(['example.com'])).toThrow(/example.com/);
  });
});

describe('flood limits', () => {
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
