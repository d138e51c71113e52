import type { Settings } from '../core/settings.ts';
import { shownDatabase } from '../platform/database/open.ts';

/** Says on which database a command looks: beside what it answers, so that a list or a document stays one. */
export const tellDatabase = (config: Pick<Settings, 'DATABASE_URL' | 'DATA_DIR'>): void =>
  void process.stderr.write(`On the database ${shownDatabase(config)}\n`);
