import { type SettingsOf, whole } from '../../core/settings.ts';

/** How long an AA bill can be paid. */
export const aaBillSettings = {
  AA_EXPIRES_SECONDS: whole(86_400, 1, 31_536_000).describe(
    'How long an AA bill can be paid, in seconds. After that every share goes back, unless all have paid.',
  ),
} as const;

declare module '../../core/settings.ts' {
  interface Settings extends SettingsOf<typeof aaBillSettings> {}
}
