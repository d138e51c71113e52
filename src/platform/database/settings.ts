import { list, type SettingsOf, text, whole } from '../../core/settings.ts';

/** Where rows lie. */
export const databaseSettings = {
  DATABASE_URL: text('').describe(
    '`file:PATH`, `:memory:`, `libsql://…`, `https://…` or `http://…`. Empty: `file:` under DATA_DIR.',
  ),
  DATABASE_AUTH_TOKEN: text().describe('Token of a libSQL or Turso database.'),
  DATABASE_TIMEOUT_MS: whole(10_000, 100, 120_000).describe(
    'How long a remote database may take before the call is answered as failed.',
  ),
  ACCEPT_MIGRATIONS: list.describe(
    'Migrations of a newer version that this program may ignore, as `0031_uploads,0032_reports`. Name only those that the changelog calls harmless to the version before. Empty: an older program refuses a newer database.',
  ),
} as const;

declare module '../../core/settings.ts' {
  interface Settings extends SettingsOf<typeof databaseSettings> {}
}
