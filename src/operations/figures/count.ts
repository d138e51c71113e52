import { type SQL, sql } from 'drizzle-orm';
import { dailyFigures, runningFigures } from '../../../db/schema/figures.ts';
import { messages } from '../../../db/schema/messages.ts';
import { chinaDay } from '../../core/china-time.ts';
import { lowestIdAt } from '../../core/id-maker.ts';
import { type Allowance, inSlices } from '../../core/in-slices.ts';
import { allWallets, movedLines } from '../../ledger/figures.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';

/** Rows that one step counts: some milliseconds of the database. */
const TOGETHER = 5000;
/** Numbers of messages are made before their batch commits: those of the last minutes may not all be there yet. */
const SETTLED_MS = 120_000;

/** The day of a row's `at`, as `chinaDay` counts. */
const DAY = sql.raw('(at + 28800000) / 86400000');

/**
 * The statements that count the next rows of a table that only grows, and go on from there the next time. How far it
 * has come stands in the database, so that whichever process counts, each row counts once.
 * @param figure what is added to, by day
 * @param counted the running figure that says how far
 * @param rows `id, at, amount` of the rows behind that, at most `TOGETHER`
 */
function counting(figure: string, counted: string, rows: SQL) {
  const add = prepareChange<{ before: number }>(
    sql`INSERT INTO ${dailyFigures} (day, name, value)
      SELECT ${DAY}, ${sql.raw(`'${figure}'`)}, SUM(amount) FROM (${rows}) WHERE true GROUP BY 1
      ON CONFLICT (day, name) DO UPDATE SET value = value + excluded.value`,
  );
  const advance = prepareRead<{ before: number }, { moved: number }>(
    sql`UPDATE ${runningFigures} SET value = (SELECT MAX(id) FROM (${rows}))
      WHERE name = ${sql.raw(`'${counted}'`)} AND EXISTS (SELECT 1 FROM (${rows})) RETURNING 1`,
    ['moved'],
  );
  return { add, advance };
}

const from = (counted: string) =>
  sql`(SELECT value FROM ${runningFigures} WHERE name = ${sql.raw(`'${counted}'`)})`;
const LIMIT = sql.raw(String(TOGETHER));

const countMessages = counting(
  'messages',
  'messages_counted',
  sql`SELECT id, created_at AS at, 1 AS amount FROM ${messages}
    WHERE id > ${from('messages_counted')} AND id < ${p('before')} ORDER BY id LIMIT ${LIMIT}`,
);
const ALL = Number.MAX_SAFE_INTEGER;
/** Lines are numbered as they are committed: all that are there count. */
const countLines = counting(
  'money_moved_fen',
  'lines_counted',
  movedLines(from('lines_counted'), p('before'), LIMIT),
);

const noteWallets = prepareChange<{ day: number }>(
  sql`INSERT INTO ${dailyFigures} (day, name, value)
    SELECT ${p('day')}, 'wallets_fen', ${allWallets} WHERE true
    ON CONFLICT (day, name) DO UPDATE SET value = excluded.value WHERE value <> excluded.value`,
);

/** Counts what has come since the last time: messages, moved money; and notes what wallets hold. */
export async function countNew({ db, clock }: Platform, allowance?: Allowance): Promise<void> {
  const before = lowestIdAt(clock.now() - SETTLED_MS);
  const step = async () => {
    const { messagesTo, linesTo } = await db.write({
      messagesAdded: countMessages.add({ before }),
      messagesTo: countMessages.advance({ before }),
      linesAdded: countLines.add({ before: ALL }),
      linesTo: countLines.advance({ before: ALL }),
    });
    return messagesTo.length > 0 || linesTo.length > 0;
  };
  await inSlices(clock, step, { allowance });
  await db.write(noteWallets({ day: chinaDay(clock.now()) }));
}
