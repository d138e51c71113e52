import { sql } from 'drizzle-orm';
import { erasures } from '../../../db/schema/erasures.ts';
import { instance } from '../../../db/schema/platform.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { Erasure } from '../../platform/erasures/erasures.ts';
import type { Platform } from '../../realtime/context.ts';

/** The row of `instance` with the name under which acts are told: it goes with every copy of the database. */
export const TOLD_AS = 'erasures';
/** Rows of one step. */
const TOGETHER = 500;

const columns = ['id', 'kind', 'key', 'isUndone', 'at'] as const;
const findBehind = prepareRead<{ id: number }, Erasure>(
  sql`SELECT id, kind, key, is_undone, at FROM ${erasures} WHERE id > ${p('id')} ORDER BY id
    LIMIT ${sql.raw(String(TOGETHER))}`,
  columns,
);
const findName = prepareRead<void, { of: string }>(
  sql`SELECT value FROM ${instance} WHERE name = ${TOLD_AS}`,
  ['of'],
);
const setName = prepareChange<{ of: string }>(
  sql`INSERT INTO ${instance} (name, value) VALUES (${TOLD_AS}, ${p('of')}) ON CONFLICT DO NOTHING`,
);
const forgetAll = prepareChange<void>(
  sql`DELETE FROM ${erasures} WHERE id > 0 AND NOT EXISTS (SELECT 1 FROM ${instance} WHERE name = ${TOLD_AS})`,
);
export const findLast = prepareRead<void, { last: number }>(
  sql`SELECT COALESCE(max(id), 0) FROM ${erasures}`,
  ['last'],
);

type Home = Pick<Platform, 'db' | 'erasures' | 'random'>;

/** The name under which acts of this database are told; undefined where no server has given it one. */
export const toldAs = async ({ db }: Pick<Platform, 'db'>): Promise<string | undefined> =>
  (await db.read(findName()))[0]?.of;

/** Gives a database its name. An older copy of it had none, and gets the one that stands outside. */
export async function nameErasures(home: Home): Promise<string> {
  const known = await toldAs(home);
  if (known !== undefined) return known;
  const told = await home.erasures.newest();
  const of = told ?? Buffer.from(home.random.bytes(9)).toString('hex');
  // What was told here has other numbers than what such a copy may have.
  const forgotten = told === undefined ? [] : [forgetAll()];
  await home.db.write({ forgotten, named: setName({ of }) });
  return (await toldAs(home)) ?? of;
}

/**
 * Tells of what was noted in the database since the last time, out of it. Where acts are not told, as on a laptop, the
 * server does it. @returns of how many acts it told
 */
export async function mirrorErasures({ db, erasures: outside }: Home): Promise<number> {
  const of = await toldAs({ db });
  if (of === undefined) return 0;
  for (let told = 0; ; ) {
    const last = await outside.last(of);
    if (last === undefined) return told;
    const rows = await db.read(findBehind({ id: last }));
    if (rows.length === 0) return told;
    await outside.append(of, rows);
    told += rows.length;
  }
}
