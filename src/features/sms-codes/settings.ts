import { list, type Settings, type SettingsOf, whole } from '../../core/settings.ts';

/** What SMS codes are, and how many go out. */
export const smsCodeSettings = {
  SMS_CODE_DIGITS: whole(6, 4, 8).describe('Digits of an SMS code; 4 for the original apps.'),
  SMS_RESEND_SECONDS: whole(30).describe('Seconds between two codes to one number.'),
  SMS_PER_HOUR: whole(3, 1).describe('Codes an hour and number.'),
  SMS_PER_DAY: whole(10, 1).describe('Codes a day and number.'),
  SMS_PER_IP_DAY: whole(50, 1).describe(
    'Codes a day and client address. Of IPv6 its /64 network counts, and for twice and eight times as many the /56 and /48 around it.',
  ),
  SMS_DAILY_TOTAL: whole(10_000, 1).describe(
    'Codes a day in all. At half of it a line `sms half used` is logged as an error, once a day.',
  ),
  SMS_COUNTRIES: list.describe(
    'Countries served, as `CN,HK`, by ISO 3166 code; `*`: every one that the number format knows. Empty: `CN` in production, every one in a sandbox.',
  ),
  SMS_APP_NAMES: list.describe(
    'Names of apps beside APP_NAME that getValidateNum may ask for in the text of a code. Any other name is taken for APP_NAME.',
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
