import { type SettingsOf, whole } from '../../core/settings.ts';

/** How long people may change their minds. */
export const deletionSettings = {
  DELETION_DAYS: whole(15, 0, 60).describe(
    'For how many days an account waits, shut, before it is deleted. Its owner takes the deletion back by logging in.',
  ),
} as const;

declare module '../../core/settings.ts' {
  interface Settings extends SettingsOf<typeof deletionSettings> {}
}
