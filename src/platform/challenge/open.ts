import type { Clock } from '../../core/clock.ts';
import type { Random } from '../../core/random.ts';
import { aliyunChallenge } from './aliyun.ts';
import type { Challenge } from './challenge.ts';
import type { ChallengeConfig } from './settings.ts';
import { turnstile } from './turnstile.ts';

/** The challenge that the settings name, undefined for none; readConfig has checked that its account is complete. */
export function openChallenge(config: ChallengeConfig, clock: Clock, random: Random): Challenge | undefined {
  const { CHALLENGE_PROVIDER: provider, CHALLENGE_SITE_KEY: siteKey, CHALLENGE_SECRET: secret } = config;
  if (provider === 'none') return undefined;
  if (provider === 'turnstile')
    return turnstile({
      siteKey,
      secret,
      endpoint: config.CHALLENGE_ENDPOINT || 'https://challenges.cloudflare.com',
    });
  const account = {
    key: { id: config.CHALLENGE_KEY_ID, secret },
    prefix: siteKey,
    scene: config.CHALLENGE_SCENE,
    endpoint: config.CHALLENGE_ENDPOINT || 'https://captcha.cn-shanghai.aliyuncs.com',
  };
  return aliyunChallenge(account, { clock, random });
}
