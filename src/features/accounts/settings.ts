import * as z from 'zod';
import type { SettingsOf } from '../../core/settings.ts';

/** What a password must be. */
export const accountSettings = {
  PASSWORD_RULES: z
    .enum(['strict', 'document'])
    .default('strict')
    .describe(
      'In production `strict` refuses new login passwords of less than six characters, the 1,000 commonest, and new pay passwords that anybody would guess. `document` takes any, as a sandbox does.',
    ),
} as const;

declare module '../../core/settings.ts' {
  interface Settings extends SettingsOf<typeof accountSettings> {}
}
