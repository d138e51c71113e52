import { sql } from 'drizzle-orm';
import { groups, JOIN } from '../../../../db/schema/groups.ts';
import { wrongTries } from '../../../../db/schema/sessions.ts';
import { chinaDay, chinaDayStart } from '../../../core/china-time.ts';
import type { GroupId } from '../../../core/ids.ts';
import { p, prepareChange, prepareRead } from '../../../platform/database/query.ts';

/** What the statements here want. */
type Wanted = {
  readonly answerKey: string;
  readonly midnight: number;
  readonly answer: string;
  readonly group: GroupId;
  readonly right: string;
};

/** Answers that a user may try at a group's question (mode 3) in a day. */
const TRIES = 5;
const DAY_MS = 24 * 3600 * 1000;

/** Condition: the user has no try left today. Value: `answerKey`. */
export const hasNoTry = sql<number>`EXISTS (SELECT 1 FROM ${wrongTries} AS tried WHERE tried.key = ${p('answerKey')}
  AND tried.count >= ${sql.raw(String(TRIES))})`;

/**
 * Counts an answer that is wrong, in the batch that a right one would have opened; none at all is no try. The row's
 * window begins at midnight, so that it is kept until then. Values: `group`, `answer`, `right` (the group's own where it
 * reads alike) and `answerValues`.
 */
export const countWrongAnswer = prepareChange<Wanted>(
  sql`INSERT INTO ${wrongTries} (key, count, since, locked_until) SELECT ${p('answerKey')}, 1, ${p('midnight')}, 0
    WHERE ${p('answer')} <> '' AND EXISTS (SELECT 1 FROM ${groups} WHERE id = ${p('group')} AND join_mode = ${JOIN.rightAnswer}
      AND answer <> ${p('right')})
    ON CONFLICT (key) DO UPDATE SET count = count + 1 WHERE count < ${sql.raw(String(TRIES))}`,
);

/** Whether no try is left, to tell why nobody was let in. */
export const lookAtTries = prepareRead<{ answerKey: string }, { spent: number }>(sql`SELECT ${hasNoTry}`, [
  'spent',
]);

/** The values of these: tries count for a user, a group and a day in Asia/Shanghai. */
export const answerValues = (group: number, user: number, now: number) => ({
  answerKey: `answer:${group}:${user}:${chinaDay(now)}`,
  midnight: chinaDayStart(now) + DAY_MS,
});
