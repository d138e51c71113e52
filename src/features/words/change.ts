import { sql } from 'drizzle-orm';
import { words } from '../../../db/schema/words.ts';
import { LIST_SIZE } from '../../core/operator-page.ts';
import type { TextScope, WordAction } from '../../core/words/scopes.ts';
import type { Db } from '../../platform/database/db.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { prepareVersion } from './stored.ts';

/** A word as a list has it. */
export interface WordRow {
  /** Folded. */
  readonly word: string;
  readonly scope: TextScope | 'all';
  readonly action: WordAction;
}

type Adding = { readonly rows: string; readonly now: number };
const given = sql`FROM json_each(${p('rows')}) AS r`;
const add = prepareChange<Adding>(
  sql`INSERT INTO ${words} (word, scope, action, added_at)
    SELECT r.value ->> 0, r.value ->> 1, r.value ->> 2, ${p('now')} ${given} WHERE NOT EXISTS (SELECT 1 FROM ${words} AS k
      WHERE k.word = r.value ->> 0 AND k.scope = r.value ->> 1 AND k.action = r.value ->> 2)
    ON CONFLICT (word, scope) DO UPDATE SET action = excluded.action, added_at = excluded.added_at`,
);
type Removing = { readonly word: string; readonly scope: string };
const remove = prepareChange<Removing>(
  sql`DELETE FROM ${words} WHERE word = ${p('word')} AND scope = ${p('scope')}`,
);
/** Of a change that comes to nothing the version changes, too: then the same list is loaded once more. */
const renew = prepareVersion<{ readonly version: string }>(sql`1`);

type Changing = Pick<Platform, 'clock' | 'ids'>;

/** The batch that puts words into the list. `changed` counts those that are new, or do another thing from now on. */
export const adding = ({ clock, ids }: Changing, rows: readonly WordRow[]) => ({
  changed: add({
    rows: JSON.stringify(rows.map(({ word, scope, action }) => [word, scope, action])),
    now: clock.now(),
  }),
  renewed: renew({ version: String(ids.next()) }),
});

/** The batch that takes a word out of the list. `changed` changes a row where it was there. */
export const removing = ({ ids }: Changing, { word, scope }: Omit<WordRow, 'action'>) => ({
  changed: remove({ word, scope }),
  renewed: renew({ version: String(ids.next()) }),
});

const page = prepareRead<Removing, WordRow>(
  sql`SELECT word, scope, action FROM ${words} WHERE (word, scope) > (${p('word')}, ${p('scope')})
    ORDER BY word, scope LIMIT ${sql.raw(String(LIST_SIZE))}`,
  ['word', 'scope', 'action'],
);
const counted = prepareRead<void, { total: number }>(sql`SELECT count(*) FROM ${words}`, ['total']);

/** The words behind one, in the order of their characters, and how many there are. */
export async function wordsBehind(db: Db, behind: Removing) {
  const { rows, total } = await db.read({ rows: page(behind), total: counted() });
  return { rows, total: total[0]?.total ?? 0 };
}
