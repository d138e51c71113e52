import type { Clock } from '../../core/clock.ts';
import type { Random } from '../../core/random.ts';
import type { Settings } from '../../core/settings.ts';
import { sandboxSms } from './sandbox.ts';
import type { Sms } from './sms.ts';
import { aliyunSms, type SmsAccount, tencentSms, twilioSms } from './vendors.ts';

const ENDPOINTS = {
  aliyun: 'https://dysmsapi.aliyuncs.com',
  tencent: 'https://sms.tencentcloudapi.com',
  twilio: 'https://api.twilio.com',
} as const;

const NEEDS = {
  sandbox: [],
  aliyun: ['SMS_KEY_ID', 'SMS_KEY_SECRET', 'SMS_SIGN_NAME', 'SMS_TEMPLATE'],
  tencent: ['SMS_KEY_ID', 'SMS_KEY_SECRET', 'SMS_SIGN_NAME', 'SMS_TEMPLATE', 'SMS_SENDER'],
  twilio: ['SMS_KEY_ID', 'SMS_KEY_SECRET', 'SMS_SENDER'],
} as const satisfies Record<Settings['SMS_PROVIDER'], readonly (keyof Settings)[]>;

/** What is missing in the SMS settings, so that a server does not start without it. */
export const smsProblems = (config: Settings): string[] => [
  ...NEEDS[config.SMS_PROVIDER]
    .filter((name) => config[name] === '')
    .map((name) => `${name} must be set for SMS_PROVIDER=${config.SMS_PROVIDER}.`),
  ...(config.MODE === 'production' && config.SMS_PROVIDER === 'sandbox'
    ? ['SMS_PROVIDER must be aliyun, tencent or twilio in production: a sandbox gives codes away.']
    : []),
];

/** The SMS provider that the settings name; readConfig has checked that its account is complete. */
export function openSms(config: Settings, clock: Clock, random: Random): Sms {
  const provider = config.SMS_PROVIDER;
  if (provider === 'sandbox') return sandboxSms;
  const account: SmsAccount = {
    key: { id: config.SMS_KEY_ID, secret: config.SMS_KEY_SECRET },
    signName: config.SMS_SIGN_NAME,
    template: config.SMS_TEMPLATE,
    noticeTemplate: config.SMS_NOTICE_TEMPLATE,
    sender: config.SMS_SENDER,
    endpoint: config.SMS_ENDPOINT || ENDPOINTS[provider],
  };
  const tools = { clock, random };
  if (provider === 'aliyun') return aliyunSms(account, tools);
  return provider === 'tencent' ? tencentSms(account, tools) : twilioSms(account);
}
