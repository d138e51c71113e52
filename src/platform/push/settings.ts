import { list, origin, type SettingsOf, text } from '../../core/settings.ts';

/** The providers that tell phones about messages. */
export const pushSettings = {
  PUSH_PROVIDERS: list.describe(
    'Providers that tell phones about messages while their app is closed, the preferred one first, as `apns,jpush`. There are `jpush`, `fcm`, `apns` (not on Workers) and `timpush`. A device that names its provider gets that one. Empty: nobody is told.',
  ),
  JPUSH_APP_KEY: text().describe('JPush (极光): AppKey.'),
  JPUSH_MASTER_SECRET: text().describe('JPush: Master Secret.'),
  JPUSH_ENDPOINT: origin.describe('Another base URL of JPush. Empty: `https://api.jpush.cn`.'),
  FCM_SERVICE_ACCOUNT: text().describe(
    'Firebase: the JSON text of a service account’s key. It also delivers to iOS; phones in mainland China do not reach it.',
  ),
  FCM_ENDPOINT: origin.describe('Another base URL of FCM. Empty: `https://fcm.googleapis.com`.'),
  APNS_TEAM_ID: text().describe('Apple: the team.'),
  APNS_KEY_ID: text().describe('Apple: the name of the key.'),
  APNS_KEY: text().describe('Apple: the text of the `.p8` file (line ends may be `\\n`).'),
  APNS_TOPIC: text().describe('Apple: the app’s bundle id.'),
  APNS_ENDPOINT: origin.describe(
    'Another base URL of APNs, as `https://api.sandbox.push.apple.com`. Empty: `https://api.push.apple.com`.',
  ),
  TIMPUSH_APP_ID: text().describe('Tencent Cloud Chat push, which came after 信鸽 and TPNS: SDKAppID.'),
  TIMPUSH_KEY: text().describe('Tencent Cloud Chat push: the key (密钥) of the app.'),
  TIMPUSH_IDENTIFIER: text().describe('Tencent Cloud Chat push: an administrator’s account of the app.'),
  TIMPUSH_ENDPOINT: origin.describe(
    'Another base URL of Tencent Cloud Chat, by region. Empty: `https://console.tim.qq.com`.',
  ),
} as const;

declare module '../../core/settings.ts' {
  interface Settings extends SettingsOf<typeof pushSettings> {}
}
