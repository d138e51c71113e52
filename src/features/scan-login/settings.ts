import { type SettingsOf, text } from '../../core/settings.ts';

/** Logging in on a PC. */
export const scanLoginSettings = {
  PC_SIGN_KEY: text().describe(
    'Signs the calls of a PC client of your own to `/pc/getCode` and `/pc/queryCode`. Empty: `sign` is not checked, and the page at `/pc` logs in by scanning.',
  ),
} as const;

declare module '../../core/settings.ts' {
  interface Settings extends SettingsOf<typeof scanLoginSettings> {}
}
