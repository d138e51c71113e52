import { type SettingsOf, whole } from '../../core/settings.ts';

/** How much of a user’s uploads is kept. */
export const uploadSettings = {
  UPLOAD_DAY_BYTES: whole(500 * 1024 * 1024, 1024).describe(
    'Most that a user may upload per day (Asia/Shanghai), in bytes, smaller copies included.',
  ),
  UPLOAD_TOTAL_BYTES: whole(5 * 1024 * 1024 * 1024, 1024).describe(
    'Most that the server keeps of one user’s uploads, in bytes. Files that have left the trash do not count.',
  ),
} as const;

declare module '../../core/settings.ts' {
  interface Settings extends SettingsOf<typeof uploadSettings> {}
}
