import { eq } from 'drizzle-orm';
import { instance } from '../../../db/schema/platform.ts';
import { readSettings } from '../../config.ts';
import { systemClock } from '../../core/clock.ts';
import { createIds, type Ids } from '../../core/id-maker.ts';
import { systemRandom } from '../../core/random.ts';
import type { Settings } from '../../core/settings.ts';
import { lastId } from '../../homes/last-id.ts';
import { createDb, type Db } from '../../platform/database/db.ts';
import { openExisting } from '../../platform/database/open.ts';
import { prepareSelect } from '../../platform/database/query.ts';
import { tellDatabase } from '../database.ts';

/** A database alone: none of the server's secrets is needed, so that a Worker's can be worked on from a laptop. */
export interface Ground {
  readonly config: Settings;
  readonly db: Db;
  readonly ids: Ids;
  /** Whether a sandbox has made the database; the settings of a laptop do not say. */
  readonly isSandbox: boolean;
}

const findMode = prepareSelect<void>()({ value: instance.value }, (select) =>
  select.from(instance).where(eq(instance.name, 'mode')),
);

/** Does something on the database that the settings name, which must be there. */
export async function onDatabase<Done>(work: (ground: Ground) => Promise<Done>): Promise<Done> {
  const config = readSettings(process.env);
  tellDatabase(config);
  const executor = await openExisting(config, systemClock, systemRandom);
  try {
    const db = createDb(executor);
    const [mode] = await db.read(findMode());
    const ids = createIds(systemClock, systemRandom, await lastId(db));
    return await work({ config, db, ids, isSandbox: mode?.value === 'sandbox' });
  } finally {
    await executor.close();
  }
}
