import { sql } from 'drizzle-orm';
import { groups } from '../../../db/schema/groups.ts';
import { fold } from '../../core/text/fold.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { readProgress, setProgress } from '../../realtime/progress.ts';
import { CHUNK, foldedRows } from './rows.ts';

/**
 * How far the groups of an earlier folding have been folded again: the highest number that was looked at, or
 * `done`.
 */
const PROGRESS = 'groups_folded_to';
const DONE = 'done';

const findGroups = prepareRead<{ after: number }, { id: number; name: string; searchName: string }>(
  sql`SELECT id, name, search_name FROM ${groups} WHERE id > ${p('after')} ORDER BY id LIMIT ${CHUNK}`,
  ['id', 'name', 'searchName'],
);
const foldGroups = prepareChange<{ rows: string }>(
  sql`UPDATE ${groups} SET search_name = given.folded
    FROM (SELECT value ->> 0 AS id, value ->> 1 AS name, value ->> 2 AS folded FROM json_each(${p('rows')})) AS given
    WHERE ${groups}.id = given.id AND ${groups}.name = given.name`,
);

/** Folds a chunk of the groups' names as `fold` does now. @returns how many were looked at */
export async function foldSomeGroups({ db }: Platform): Promise<number> {
  const [progress] = await db.read(readProgress({ name: PROGRESS }));
  if (progress?.value === DONE) return 0;
  const rows = await db.read(findGroups({ after: Number(progress?.value ?? 0) }));
  const other = rows.filter(({ name, searchName }) => fold(name) !== searchName);
  const last = rows.at(-1)?.id;
  await db.write({
    foldGroups: other.length > 0 ? [foldGroups({ rows: foldedRows(other) })] : [],
    setProgress: setProgress({ name: PROGRESS, value: last === undefined ? DONE : String(last) }),
  });
  return rows.length;
}
