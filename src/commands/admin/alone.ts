import { eq } from 'drizzle-orm';
import { instance } from '../../../db/schema/platform.ts';
import { readSettings } from '../../config.ts';
import { systemClock } from '../../core/clock.ts';
import { createIds } from '../../core/id-maker.ts';
import { systemRandom } from '../../core/random.ts';
import type { Settings } from '../../core/settings.ts';
import { otherSecrets, readKeys } from '../../homes/keys.ts';
import { lastId } from '../../homes/last-id.ts';
import type { Auditing } from '../../operations/audit/append.ts';
import { isAuditKey } from '../../operations/audit/own-key.ts';
import type { Alone } from '../../operations/operators/operations.ts';
import { createDb, type Db } from '../../platform/database/db.ts';
import { openExisting } from '../../platform/database/open.ts';
import { prepareSelect } from '../../platform/database/query.ts';
import { memoryErasures } from '../../platform/erasures/erasures.ts';
import type { Platform } from '../../realtime/context.ts';
import { tellDatabase } from '../database.ts';

const findMode = prepareSelect<void>()({ value: instance.value }, (select) =>
  select.from(instance).where(eq(instance.name, 'mode')),
);

/** The key of the audit, where the settings have the server's own secrets; a laptop has none. */
async function auditKey(config: Settings, db: Db): Promise<Uint8Array | undefined> {
  if (config.MODE === 'production' && !config.DATA_KEY) return undefined;
  const keys = await readKeys(config, db);
  const isOthers =
    (await otherSecrets(db, keys)).some(({ name }) => name === 'DATA_KEY') ||
    !(await isAuditKey(db, keys.audit));
  return isOthers ? undefined : keys.audit;
}

/**
 * Does something on a database alone: none of the server's secrets is needed, so that a Worker's can be worked on from
 * a laptop.
 * @param work gets a platform that has no more than `Alone`: for operations that say that they want no more
 */
export async function onDatabaseAlone<Done>(work: (home: Platform) => Promise<Done>): Promise<Done> {
  const settings = readSettings(process.env);
  tellDatabase(settings);
  const executor = await openExisting(settings, systemClock, systemRandom);
  try {
    const db = createDb(executor);
    const [mode] = await db.read(findMode());
    // The settings of a laptop do not say what the database is.
    const config = { ...settings, MODE: mode?.value === 'production' ? 'production' : 'sandbox' } as const;
    const ids = createIds(systemClock, systemRandom, await lastId(db));
    const home: Alone & Auditing & Pick<Platform, 'erasures'> = {
      config,
      db,
      ids,
      clock: systemClock,
      random: systemRandom,
      // What must never come back is no matter of such a command's.
      erasures: memoryErasures(),
      keys: { audit: await auditKey(config, db) },
    };
    return await work(home as Platform); // as above
  } finally {
    await executor.close();
  }
}
