import { sql } from 'drizzle-orm';
import { labels } from '../../../db/schema/friends.ts';
import { users } from '../../../db/schema/users.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { CHUNK, foldedRows, type Named } from './rows.ts';

const given = sql`(SELECT value ->> 0 AS id, value ->> 1 AS name, value ->> 2 AS folded FROM json_each(${p('rows')}))`;

const findPeople = prepareRead<void, Named>(
  sql`SELECT id, nick_name FROM ${users} WHERE nick_folded IS NULL LIMIT ${CHUNK}`,
  ['id', 'name'],
);
/** Only where the nickname is still the one that was folded. */
const foldPeople = prepareChange<{ rows: string }>(
  sql`UPDATE ${users} SET nick_folded = given.folded FROM ${given} AS given
    WHERE ${users}.id = given.id AND ${users}.nick_folded IS NULL AND ${users}.nick_name = given.name`,
);
const findLabels = prepareRead<void, Named>(
  sql`SELECT id, name FROM ${labels} WHERE name_folded IS NULL AND deleted_at IS NULL LIMIT ${CHUNK}`,
  ['id', 'name'],
);
const foldLabels = prepareChange<{ rows: string }>(
  sql`UPDATE ${labels} SET name_folded = given.folded FROM ${given} AS given
    WHERE ${labels}.id = given.id AND ${labels}.name_folded IS NULL AND ${labels}.name = given.name`,
);

/** Folds a chunk of the names that have not been. @returns how many there were */
const chunkOf =
  (find: typeof findPeople, fill: typeof foldPeople) =>
  async ({ db }: Platform): Promise<number> => {
    const rows = await db.read(find());
    if (rows.length > 0) await db.write(fill({ rows: foldedRows(rows) }));
    return rows.length;
  };

export const foldSomePeople = chunkOf(findPeople, foldPeople);
export const foldSomeLabels = chunkOf(findLabels, foldLabels);
