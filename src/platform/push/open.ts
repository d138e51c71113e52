import type { Clock } from '../../core/clock.ts';
import type { Random } from '../../core/random.ts';
import type { Settings } from '../../core/settings.ts';
import { apns } from './apns.ts';
import { fcm, type ServiceAccount, serviceAccount } from './fcm.ts';
import { jpush } from './jpush.ts';
import { PUSH_PROVIDERS, type Push, type PushProvider, type PushProviderName, pushJson } from './push.ts';
import { timpush } from './timpush.ts';

const NEEDS = {
  jpush: ['JPUSH_APP_KEY', 'JPUSH_MASTER_SECRET'],
  fcm: ['FCM_SERVICE_ACCOUNT'],
  apns: ['APNS_TEAM_ID', 'APNS_KEY_ID', 'APNS_KEY', 'APNS_TOPIC'],
  timpush: ['TIMPUSH_APP_ID', 'TIMPUSH_KEY', 'TIMPUSH_IDENTIFIER'],
} as const satisfies Record<PushProviderName, readonly (keyof Settings)[]>;

const isName = (text: string): text is PushProviderName => PUSH_PROVIDERS.some((name) => name === text);

const accountOf = (config: Settings): ServiceAccount | undefined =>
  serviceAccount.safeParse(pushJson(config.FCM_SERVICE_ACCOUNT)).data;

/** What is missing or unusable in the push settings, so that a server does not start with it. */
export function pushProblems(config: Settings): string[] {
  const unknown = config.PUSH_PROVIDERS.filter((name) => !isName(name)).map(
    (name) => `PUSH_PROVIDERS: there is no ${name}; there are ${PUSH_PROVIDERS.join(', ')}.`,
  );
  const missing = config.PUSH_PROVIDERS.filter(isName).flatMap((provider) =>
    NEEDS[provider]
      .filter((name) => config[name] === '')
      .map((name) => `${name} must be set for ${provider} in PUSH_PROVIDERS.`),
  );
  const unreadable = config.FCM_SERVICE_ACCOUNT !== '' && !accountOf(config);
  return [
    ...unknown,
    ...missing,
    ...(unreadable ? ['FCM_SERVICE_ACCOUNT must be the JSON text of a service account’s key.'] : []),
  ];
}

const openers: Record<
  PushProviderName,
  (config: Settings, clock: Clock, random: Random) => PushProvider | undefined
> = {
  jpush: (config) =>
    jpush({
      appKey: config.JPUSH_APP_KEY,
      masterSecret: config.JPUSH_MASTER_SECRET,
      endpoint: config.JPUSH_ENDPOINT || 'https://api.jpush.cn',
    }),
  fcm: (config, clock) => {
    const account = accountOf(config);
    return account && fcm(account, config.FCM_ENDPOINT || 'https://fcm.googleapis.com', clock);
  },
  apns: (config, clock) =>
    apns(
      {
        teamId: config.APNS_TEAM_ID,
        keyId: config.APNS_KEY_ID,
        key: config.APNS_KEY,
        topic: config.APNS_TOPIC,
        endpoint: config.APNS_ENDPOINT || 'https://api.push.apple.com',
      },
      clock,
    ),
  timpush: (config, clock, random) =>
    timpush(
      {
        sdkAppId: config.TIMPUSH_APP_ID,
        key: config.TIMPUSH_KEY,
        identifier: config.TIMPUSH_IDENTIFIER,
        endpoint: config.TIMPUSH_ENDPOINT || 'https://console.tim.qq.com',
      },
      clock,
      random,
    ),
};

/** The push providers that the settings name, in their order; `pushProblems` has checked their accounts. */
export function openPush(config: Settings, clock: Clock, random: Random): Push {
  const opened = config.PUSH_PROVIDERS.filter(isName).map(
    (name) => [name, openers[name](config, clock, random)] as const,
  );
  return new Map(opened.flatMap(([name, provider]) => (provider ? [[name, provider] as const] : [])));
}
