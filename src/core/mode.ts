import * as z from 'zod';
import type { SettingsOf } from './settings.ts';

/** What kind of server this is. */
export const modeSettings = {
  MODE: z
    .enum(['sandbox', 'production'])
    .default('sandbox')
    .describe(
      '`sandbox` needs no account anywhere: SMS codes come back in the reply and recharges are free. `production` refuses to start while a secret is missing or weak. A container and a Worker need it set.',
    ),
} as const;

declare module './settings.ts' {
  interface Settings extends SettingsOf<typeof modeSettings> {}
}
