import { type SettingsOf, text, whole } from '../../core/settings.ts';

/** Where files lie. */
export const fileSettings = {
  DATA_DIR: text('./data').describe('Folder of the embedded database and of uploads.'),
  DISK_FREE_MIN_BYTES: whole(512 * 1024 * 1024).describe(
    'Free disk below which uploads are refused (503), so that the database can still write. With less than an eighth of it `/readyz` says `disk full`. 0 turns that off. R2 needs no such limit.',
  ),
} as const;

declare module '../../core/settings.ts' {
  interface Settings extends SettingsOf<typeof fileSettings> {}
}
