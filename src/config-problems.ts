import type { Config } from './config.ts';
import { seemsDrawn, textSeemsDrawn } from './core/secret-strength.ts';
import { challengeProblems } from './platform/challenge/settings.ts';
import { paymentProblems, payoutProblems } from './platform/payments/accounts.ts';
import { pushProblems } from './platform/push/open.ts';
import { smsProblems } from './platform/sms/open.ts';

const DRAW = 'draw it with "openssl rand -base64 32"';

/** What is wrong with the secrets of production: each one, and that two are one. */
function secretProblems(config: Config): string[] {
  const { SESSION_SECRET, PAY_PEPPER, DATA_KEY } = config;
  const problems: string[] = [];
  for (const [name, value] of Object.entries({ SESSION_SECRET, PAY_PEPPER })) {
    if (value === '') problems.push(`${name} must be set in production: ${DRAW}.`);
    else if (value.length < 32) problems.push(`${name} must have at least 32 characters in production.`);
    else if (!textSeemsDrawn(value)) problems.push(`${name} is too simple: ${DRAW}.`);
  }
  if (DATA_KEY === '') problems.push(`DATA_KEY must be set in production: ${DRAW}.`);
  else if (isDataKey(DATA_KEY) && !seemsDrawn(Buffer.from(DATA_KEY, 'base64')))
    problems.push(`DATA_KEY is too simple: ${DRAW}.`);
  return [...problems, ...sameSecrets({ SESSION_SECRET, PAY_PEPPER, DATA_KEY })];
}

/** One secret in two places: who learns the one has the other. */
function sameSecrets(secrets: Readonly<Record<string, string>>): string[] {
  const bare = (value: string) => value.replace(/=+$/, '').replaceAll('-', '+').replaceAll('_', '/');
  const given = Object.entries(secrets).filter(([, value]) => value !== '');
  return given.flatMap(([name, value], i) =>
    given
      .slice(i + 1)
      .filter(([, other]) => bare(other) === bare(value))
      .map(([other]) => `${name} and ${other} must not be the same: draw each by itself.`),
  );
}

/** A range that says whose word on the client's address is believed, and says everybody. */
const isEverybody = (range: string) => {
  const [address = '', prefix] = range.split('/');
  // The largest ranges that are somebody's own: 10.0.0.0/8 and fc00::/7.
  return prefix !== undefined && Number(prefix) < (address.includes(':') ? 7 : 8);
};

/** What production needs beyond the schema: real secrets, and nothing that is there for play or a test. */
function productionProblems(config: Config): string[] {
  const problems = secretProblems(config);
  if (!config.PUBLIC_URL) problems.push('PUBLIC_URL must be set in production, as https://im.example.com.');
  else if (!config.PUBLIC_URL.startsWith('https:'))
    problems.push('PUBLIC_URL must begin with https:// in production: tokens and payments go there.');
  if (config.SMS_PROVIDER === 'sandbox')
    problems.push(
      'SMS_PROVIDER must be aliyun, tencent or twilio in production: a sandbox gives codes away.',
    );
  if (config.SMS_RESEND_SECONDS === 0)
    problems.push('SMS_RESEND_SECONDS must not be 0 in production: codes cost money.');
  if (config.RATE_LIMITS === 'off') problems.push('RATE_LIMITS must not be off in production.');
  for (const range of config.TRUSTED_PROXIES.filter(isEverybody))
    problems.push(`TRUSTED_PROXIES must name your proxies, and ${range} is everybody.`);
  if (config.DEMO) problems.push('DEMO is refused in production.');
  return problems;
}

const isDataKey = (value: string) => /^[A-Za-z0-9+/_-]{43}=?$/.test(value);

function dataKeyProblems(value: string): string[] {
  if (value === '' || isDataKey(value)) return [];
  return ['DATA_KEY must be 32 bytes in base64: draw it with "openssl rand -base64 32".'];
}

/** Why a server must not start with these settings, each of which is well formed by itself; empty where it may. */
export const configProblems = (config: Config): string[] => [
  ...(config.MODE === 'production' ? productionProblems(config) : []),
  ...dataKeyProblems(config.DATA_KEY),
  ...smsProblems(config),
  ...challengeProblems(config),
  ...paymentProblems(config),
  ...payoutProblems(config),
  ...pushProblems(config),
];

/** What a server may start with and an operator should know. */
export const configWarnings = ({ MODE, SMS_CODE_DIGITS }: Config): string[] =>
  MODE === 'production' && SMS_CODE_DIGITS < 6
    ? [
        `SMS_CODE_DIGITS=${SMS_CODE_DIGITS} is for the original apps: with 6, codes are a hundred times as hard to guess.`,
      ]
    : [];
