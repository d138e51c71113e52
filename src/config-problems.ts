import type { Config } from './config.ts';
import { challengeProblems } from './platform/challenge/settings.ts';
import { paymentProblems, payoutProblems } from './platform/payments/accounts.ts';
import { pushProblems } from './platform/push.open.ts';
import { smsProblems } from './platform/sms.open.ts';

/** What production needs beyond the schema: secrets that are there and long, and no sandbox provider. */
function productionProblems(config: Config): string[] {
  const problems: string[] = [];
  const secret = (name: 'SESSION_SECRET' | 'PAY_PEPPER') => {
    const value = config[name];
    if (value.length < 32) problems.push(`${name} must have at least 32 characters in production.`);
    else if (new Set(value).size < 10)
      problems.push(`${name} is too simple: draw it with "openssl rand -base64 32".`);
  };
  secret('SESSION_SECRET');
  secret('PAY_PEPPER');
  if (!config.DATA_KEY)
    problems.push('DATA_KEY must be set in production: draw it with "openssl rand -base64 32".');
  if (!config.PUBLIC_URL) problems.push('PUBLIC_URL must be set in production, as https://im.example.com.');
  if (config.SMS_PROVIDER === 'sandbox')
    problems.push('SMS_PROVIDER=sandbox gives codes away and is refused in production.');
  if (config.DEMO) problems.push('DEMO is refused in production.');
  return problems;
}

function dataKeyProblems(value: string): string[] {
  if (value === '' || /^[A-Za-z0-9+/_-]{43}=?$/.test(value)) return [];
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
