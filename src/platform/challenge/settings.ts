import * as z from 'zod';
import { origin, type SettingsOf, text } from '../../core/settings.ts';

/** The vendor that proves that a person asks for an SMS code. */
export const challengeSettings = {
  CHALLENGE_PROVIDER: z
    .enum(['none', 'turnstile', 'aliyun'])
    .default('none')
    .describe(
      'The vendor that proves that a person orders an SMS code: Cloudflare `turnstile`, `aliyun` (验证码 2.0), or `none`. The first code to a number needs the proof, from a device or address that its account does not know. The app must know the parameter `challenge` of getValidateNum. While the vendor is away, codes go out without a proof.',
    ),
  CHALLENGE_SITE_KEY: text().describe('Turnstile: the site key. Aliyun: the identity prefix (身份标).'),
  CHALLENGE_SCENE: text().describe('Aliyun: the scene (场景 ID).'),
  CHALLENGE_KEY_ID: text().describe('Aliyun: AccessKey ID of a user who may verify.'),
  CHALLENGE_SECRET: text().describe('Turnstile: the secret key. Aliyun: the AccessKey secret.'),
  CHALLENGE_ENDPOINT: origin.describe(
    'Another base URL of the vendor, as `https://captcha.ap-southeast-1.aliyuncs.com`. Empty: Cloudflare’s, or `https://captcha.cn-shanghai.aliyuncs.com`.',
  ),
} as const;

export type ChallengeConfig = SettingsOf<typeof challengeSettings>;

declare module '../../core/settings.ts' {
  interface Settings extends SettingsOf<typeof challengeSettings> {}
}

const NEEDS = {
  none: [],
  turnstile: ['CHALLENGE_SITE_KEY', 'CHALLENGE_SECRET'],
  aliyun: ['CHALLENGE_SITE_KEY', 'CHALLENGE_SCENE', 'CHALLENGE_KEY_ID', 'CHALLENGE_SECRET'],
} as const satisfies Record<ChallengeConfig['CHALLENGE_PROVIDER'], readonly (keyof ChallengeConfig)[]>;

/** Turnstile's published keys for tests, which pass everybody or nobody. */
const TEST_KEY = /^[123]x0{10}/;

/** What is missing, or must not be in production, so that a server does not start with it. */
export function challengeProblems(config: ChallengeConfig & { readonly MODE: string }): string[] {
  const problems = NEEDS[config.CHALLENGE_PROVIDER]
    .filter((name) => config[name] === '')
    .map((name) => `${name} must be set for CHALLENGE_PROVIDER=${config.CHALLENGE_PROVIDER}.`);
  if (config.MODE !== 'production' || config.CHALLENGE_PROVIDER !== 'turnstile') return problems;
  const tests = (['CHALLENGE_SITE_KEY', 'CHALLENGE_SECRET'] as const).filter((name) =>
    TEST_KEY.test(config[name]),
  );
  return [
    ...problems,
    ...tests.map((name) => `${name} is one of Turnstile’s keys for tests and is refused in production.`),
  ];
}
