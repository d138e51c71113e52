import { sql } from 'drizzle-orm';
import { reminders } from '../../../db/schema/inbox.ts';
import type { ReminderId, UserId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import { replyRow } from '../../http/idempotency.ts';
import { orTaken, rowOf } from '../../platform/database/mark.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';

/** What the statements here want. */
type Wanted = {
  readonly reminder: ReminderId;
  readonly me: UserId;
  readonly content: string;
  readonly dueAt: number;
  readonly now: number;
};

const YEAR_SECONDS = 365 * 24 * 3600;
/** Reminders that may wait for one user. */
const MAX_WAITING = 500;

const isSet = rowOf(reminders, 'reminder');
const insertReminder = prepareChange<Wanted>(
  sql`INSERT INTO ${reminders} (id, user_id, content, due_at, created_at)
    SELECT ${p('reminder')}, ${p('me')}, ${p('content')}, ${p('dueAt')}, ${p('now')}
    WHERE ${orTaken(sql`(SELECT count(*) FROM ${reminders} WHERE user_id = ${p('me')}) < ${MAX_WAITING}`, isSet)}`,
);
const rememberSet = replyRow<{ reminder: ReminderId }>(isSet);

/**
 * Sets a reminder for the caller.
 * @param seconds epoch seconds, or an offset from now where smaller than a year
 * @param reply what the caller is told Refuses `IN_THE_PAST`, `TOO_FAR` (over ten years), `TOO_MANY_WAIT`.
 */
export async function setReminder(
  context: CallerContext,
  content: string,
  seconds: number,
  reply: unknown,
): Promise<void> {
  const now = context.clock.now();
  const dueAt = seconds < YEAR_SECONDS ? now + seconds * 1000 : seconds * 1000;
  if (seconds <= 0 || dueAt < now) refuse('IN_THE_PAST');
  if (dueAt > now + 10 * YEAR_SECONDS * 1000) refuse('TOO_FAR');
  const values = { reminder: context.ids.next<ReminderId>(), me: context.caller.userId, content, dueAt, now };
  const { set } = await context.db.write({
    set: insertReminder(values),
    reply: context.remember(reply, rememberSet, values),
  });
  if (set === 0) refuse('TOO_MANY_WAIT');
}
