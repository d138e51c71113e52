import * as z from 'zod';
import { origin, type SettingsOf, text } from '../../core/settings.ts';

/** The vendor that sends SMS codes. */
export const smsSettings = {
  SMS_PROVIDER: z
    .enum(['sandbox', 'aliyun', 'tencent', 'twilio'])
    .default('sandbox')
    .describe(
      'The vendor that sends SMS codes. `sandbox` hands them back in the reply; production refuses it.',
    ),
  SMS_KEY_ID: text().describe('AccessKey ID (Aliyun), SecretId (Tencent) or Account SID (Twilio).'),
  SMS_KEY_SECRET: text().describe('The secret of SMS_KEY_ID; Twilio: the auth token.'),
  SMS_SIGN_NAME: text().describe('The approved signature (签名) at Aliyun or Tencent.'),
  SMS_TEMPLATE: text().describe(
    'The approved template at Aliyun (its variable is `code`) or Tencent (one variable).',
  ),
  SMS_NOTICE_TEMPLATE: text().describe(
    'The approved template at Aliyun or Tencent, without a variable, that tells the old and the new number of a changed mobile. Empty: nobody is told by SMS. Twilio needs none.',
  ),
  SMS_SENDER: text().describe(
    'Tencent: SmsSdkAppId. Twilio: the sending number, or a Messaging Service (`MG…`).',
  ),
  SMS_ENDPOINT: origin.describe('Another base URL of the SMS provider, for a proxy or a test.'),
} as const;

declare module '../../core/settings.ts' {
  interface Settings extends SettingsOf<typeof smsSettings> {}
}
