import { sql } from 'drizzle-orm';
import { runningFigures } from '../../../db/schema/figures.ts';
import { messages } from '../../../db/schema/messages.ts';
import { searchDue } from '../../../db/schema/search.ts';
import { lowestIdAt } from '../../core/id-maker.ts';
import { type Allowance, inSlices } from '../../core/in-slices.ts';
import type { Settings } from '../../core/settings.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { MOST_CHARACTERS, searchText, tokensOf, wordsOf } from './terms.ts';

/** Messages that one step takes in, and characters of them, but one message at least: some milliseconds of the database. */
const TOGETHER = sql.raw('200');
const CHARACTERS = 10_000;
/** Ids are made before their batch commits, which takes as long as a call of the database may, and a moment. */
const settledMs = ({ DATABASE_TIMEOUT_MS }: Settings): number => DATABASE_TIMEOUT_MS + 1000;

type Row = {
  readonly id: number;
  readonly conversation: string;
  readonly type: number;
  readonly content: string;
};
const COLUMNS = ['id', 'conversation', 'type', 'content'] as const;
const columns = sql`m.id, m.conversation, m.type, m.content`;
const reached = (name: 'search_up' | 'search_down') =>
  sql`(SELECT value FROM ${runningFigures} WHERE name = ${sql.raw(`'${name}'`)})`;

/** Where it begins: new messages from here on upwards, and those of before downwards, so that nobody waits for them. */
const begin = prepareChange<{ start: number }>(
  sql`INSERT INTO ${runningFigures} (name, value) VALUES ('search_up', ${p('start')}), ('search_down', ${p('start')} + 1)
    ON CONFLICT DO NOTHING`,
);
const state = prepareRead<void, { begun: number | null; waits: number }>(
  sql`SELECT ${reached('search_up')}, EXISTS (SELECT 1 FROM ${searchDue} WHERE message_id > 0)`,
  ['begun', 'waits'],
);
const readDue = prepareRead<void, Row>(
  sql`SELECT ${columns} FROM (SELECT message_id FROM ${searchDue} WHERE message_id > 0 ORDER BY message_id LIMIT ${TOGETHER}) AS d
    CROSS JOIN ${messages} AS m ON m.id = d.message_id`,
  COLUMNS,
);
const readNew = prepareRead<{ before: number }, Row>(
  sql`SELECT ${columns} FROM ${messages} AS m WHERE m.id > ${reached('search_up')} AND m.id < ${p('before')} ORDER BY m.id LIMIT ${TOGETHER}`,
  COLUMNS,
);
const readOld = prepareRead<void, Row>(
  sql`SELECT ${columns} FROM ${messages} AS m WHERE m.id < ${reached('search_down')} ORDER BY m.id DESC LIMIT ${TOGETHER}`,
  COLUMNS,
);
/** Each once, whoever else is at it, and as long as it still says that. */
const insert = prepareChange<{ rows: string }>(
  sql`INSERT INTO message_search (rowid, pairs) SELECT m.id, r.value ->> 1 FROM json_each(${p('rows')}) AS r
    CROSS JOIN ${messages} AS m ON m.id = r.value ->> 0 AND m.recalled_at IS NULL AND m.content = r.value ->> 2
    WHERE NOT EXISTS (SELECT 1 FROM message_search_docsize AS d WHERE d.id = m.id)`,
);
const forgetDue = prepareChange<{ ids: string }>(
  sql`DELETE FROM ${searchDue} WHERE message_id IN (SELECT value FROM json_each(${p('ids')}))`,
);
const moveUp = prepareChange<{ to: number }>(
  sql`UPDATE ${runningFigures} SET value = MAX(value, ${p('to')}) WHERE name = 'search_up'`,
);
const moveDown = prepareChange<{ to: number }>(
  sql`UPDATE ${runningFigures} SET value = MIN(value, ${p('to')}) WHERE name = 'search_down'`,
);
const stop = prepareChange<void>(
  sql`DELETE FROM ${runningFigures} WHERE name IN ('search_up', 'search_down')`,
);
const forgetAllDue = prepareChange<void>(
  sql`DELETE FROM ${searchDue} WHERE message_id IN (SELECT message_id FROM ${searchDue} WHERE message_id > 0 ORDER BY message_id LIMIT ${TOGETHER})`,
);

/** What is taken in: the id, the tokens, and what it must still say. Recalled messages say nothing. */
const rowsOf = (found: readonly Row[]): string =>
  JSON.stringify(
    found.flatMap(({ id, conversation, type, content }) => {
      const tokens = tokensOf(conversation, searchText(wordsOf(type, content)));
      return tokens === '' ? [] : [[id, tokens, content]];
    }),
  );

/** As many of the first as one step may take in. */
function together(rows: readonly Row[]): readonly Row[] {
  let characters = 0;
  const end = rows.findIndex(({ content }, i) => {
    characters += Math.min(content.length, MOST_CHARACTERS);
    return i > 0 && characters > CHARACTERS;
  });
  return end < 0 ? rows : rows.slice(0, end);
}

/**
 * Takes messages into the index of searches, some seconds behind their sending, and those of an older database one
 * after another. With MESSAGE_SEARCH=off it takes in none and lets the triggers rest.
 */
export async function indexMessages({ config, db, clock }: Platform, allowance?: Allowance): Promise<number> {
  const [{ begun = null, waits = 0 } = {}] = await db.read(state());
  if (config.MESSAGE_SEARCH === 'off') {
    if (begun !== null || waits) await db.write({ stopped: stop(), forgotten: forgetAllDue() });
    return 0;
  }
  if (begun === null) await db.write(begin({ start: lowestIdAt(clock.now() - settledMs(config)) - 1 }));
  let done = 0;
  const step = async () => {
    const before = lowestIdAt(clock.now() - settledMs(config));
    const { due, fresh, old } = await db.read({ due: readDue(), fresh: readNew({ before }), old: readOld() });
    const found = together([...due, ...(fresh.length > 0 ? fresh : old)]);
    const ids = JSON.stringify(found.slice(0, due.length).map(({ id }) => id));
    const to = found.slice(due.length).at(-1)?.id;
    if (found.length === 0) return false;
    const { taken } = await db.write({
      taken: insert({ rows: rowsOf(found) }),
      forgotten: forgetDue({ ids }),
      moved: to === undefined ? [] : [fresh.length > 0 ? moveUp({ to }) : moveDown({ to })],
    });
    done += taken;
    return true;
  };
  await inSlices(clock, step, { trips: 2, allowance });
  return done;
}
