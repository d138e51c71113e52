import { list, type Settings, type SettingsOf, whole } from '../../core/settings.ts';

/** What SMS codes are, and how many go out. */
export const smsCodeSettings = {
  SMS_CODE_DIGITS: whole(6, 4, 8).describe('Digits of an SMS code; 4 for the original apps.'),
  SMS_RESEND_SECONDS: whole(30).describe('Seconds between two codes to one number.'),
  SMS_PER_HOUR: whole(3, 1).describe('Most codes that one number may order per hour.'),
  SMS_PER_DAY: whole(10, 1).describe('Most codes that one number may order per day.'),
  SMS_PER_IP_DAY: whole(50, 1).describe(
    'Most codes that one client address may order per day. An IPv6 client counts by its /64 network, and by the /56 and /48 around it with twice and eight times the limit.',
  ),
  SMS_DAILY_TOTAL: whole(10_000, 1).describe(
    'Most codes per day in all. At half of it the server logs `sms half used` as an error, once per day.',
  ),
  SMS_COUNTRIES: list.describe(
    'Countries whose numbers get codes, as `CN,HK`, by ISO 3166 code; `*`: every one that the number format knows. Empty: `CN` in production, every one in a sandbox.',
  ),
  SMS_APP_NAMES: list.describe(
    'Names of apps, beside APP_NAME, that getValidateNum may put into the text of a code. Any other name becomes APP_NAME.',
  ),
} as const;

declare module '../../core/settings.ts' {
  interface Settings extends SettingsOf<typeof smsCodeSettings> {}
}

type CodeSettings = SettingsOf<typeof smsCodeSettings> & Pick<Settings, 'MODE'>;

/** What production refuses: codes that cost money and go out without a pause. */
export const smsCodeProblems = ({ MODE, SMS_RESEND_SECONDS }: CodeSettings): string[] =>
  MODE === 'production' && SMS_RESEND_SECONDS === 0
    ? ['SMS_RESEND_SECONDS must not be 0 in production: codes cost money.']
    : [];

/** What a server may start with and an operator should know. */
export const smsCodeWarnings = ({ MODE, SMS_CODE_DIGITS }: CodeSettings): string[] =>
  MODE === 'production' && SMS_CODE_DIGITS < 6
    ? [
        `SMS_CODE_DIGITS=${SMS_CODE_DIGITS} is for the original apps: with 6, codes are a hundred times as hard to guess.`,
      ]
    : [];
