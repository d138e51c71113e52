import { describe, expect, test } from 'vitest';
import { readConfig, settings } from '../src/config.ts';
import { BadConfig } from '../src/core/bad-config.ts';
import { PRODUCTION } from './support/production-settings.ts';

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

  test('may leave AUDIT_KEY out; one that is set in production is a real one, and of its own', () => {
    const audit = (AUDIT_KEY: string, mode = PRODUCTION) => problems({ ...mode, AUDIT_KEY });
    expect(audit('')).toEqual([]);
    expect(audit('Zk7Qw2Er9Ty4Ui1Op6As3Df8Gh5Jk0Lz')).toEqual([]);
    expect(audit('Zk7Qw2Er9Ty4Ui1')).toEqual(['AUDIT_KEY must have at least 32 characters in production.']);
    expect(audit('a'.repeat(40))).toEqual([expect.stringContaining('AUDIT_KEY is too simple')]);
    for (const name of ['SESSION_SECRET', 'PAY_PEPPER', 'DATA_KEY'] as const)
      expect(audit(PRODUCTION[name])).toEqual([
        `${name} and AUDIT_KEY must not be the same: draw each by itself.`,
      ]);
    expect(problems({ AUDIT_KEY: 'short' }), 'a sandbox').toEqual([]);
  });

  test('never show a secret’s value in a problem', () => {
    expect(problems({ ...PRODUCTION, DATA_KEY: 'my-secret-value' }).join()).not.toContain('my-secret-value');
  });
});
