import type { Settings } from '../../core/settings.ts';

/** True where the database is a file or memory of this process alone, not a server that others share. */
export const isEmbedded = ({ DATABASE_URL: url }: Pick<Settings, 'DATABASE_URL'>): boolean =>
  !/^(libsql|https?):\/\//.test(url);
