import { type SQL, sql } from 'drizzle-orm';
import { LOGIN_EVENT } from '../../../db/schema/login-events.ts';
import { momentComments, moments } from '../../../db/schema/moments.ts';
import type { CommentId, MomentId, UserId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import { replyRow } from '../../http/idempotency.ts';
import { published } from '../../http/login-events.ts';
import { orTaken, rowOf } from '../../platform/database/mark.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { eventValues, prepareEvent } from '../../realtime/events.ts';
import { EVENT, FROM } from '../../realtime/message-types.ts';
import { isUnder } from '../steps/conditions.ts';
import { explainStep } from '../steps/standing.ts';
import { listeners, momentContent } from './audience.ts';
import type { MomentRow } from './columns.ts';
import { findMoment } from './queries.ts';
import { mayAnswer, maySee } from './visibility.ts';

/** What the statements here want. */
type Wanted = {
  readonly text: string;
  readonly moment: MomentId;
  readonly reply: number;
  readonly me: UserId;
  readonly comment: CommentId;
};

const mayComment = sql`EXISTS (SELECT 1 FROM ${moments} AS m WHERE m.id = ${p('moment')} AND ${maySee('m', p('me'))}
  AND (${p('reply')} = 0 OR ${mayAnswer('m', p('me'), p('reply'))}))`;
/**
 * Comments under one moment, of one person and of all: a reader's query must look for those that the reader hears
 * among all of them.
 */
const MAX_OF_ONE = 500;
const MAX_OF_ALL = 5000;
const countOf = (whose: SQL) =>
  sql`(SELECT count(*) FROM ${momentComments} AS there WHERE there.moment_id = ${p('moment')} AND ${whose})`;
const hasRoom = sql`${countOf(sql`1`)} < ${MAX_OF_ALL} AND ${countOf(sql`there.user_id = ${p('me')}`)} < ${MAX_OF_ONE}`;
const written = rowOf(momentComments, 'comment');
const insertComment = prepareChange<{
  comment: CommentId;
  moment: MomentId;
  me: UserId;
  reply: number;
  text: string;
  now: number;
}>(
  sql`INSERT INTO ${momentComments} (id, moment_id, user_id, reply_user_id, text, created_at)
    SELECT ${p('comment')}, ${p('moment')}, ${p('me')}, NULLIF(${p('reply')}, 0), ${p('text')}, ${p('now')}
    WHERE ${orTaken(sql`${mayComment} AND ${hasRoom} AND NOT ${isUnder('comments', sql`${p('me')}`)}`, written)}`,
);
const mayBeWritten = prepareRead<Wanted, { isAllowed: number }>(sql`SELECT ${mayComment}`, ['isAllowed']);
const tell = prepareEvent<Wanted>(listeners(written), momentContent(sql`'msg', ${p('text')},`));
const remember = replyRow<{ comment: CommentId }>(written);

/**
 * Comments on a moment that the caller may see and tells who listens (event 37). Refuses `NO_SUCH_MOMENT`,
 * `MUTED`, and `TOO_MANY` where it has as many as it may have, of all or of the caller.
 * @param reply the person it answers: the moment's author, the caller, or somebody whose comment they see there; 0
 *   for none
 * @param answer what the call will answer, for its retry
 */
export async function comment(
  context: CallerContext,
  moment: MomentId,
  text: string,
  reply: UserId | 0,
  answer: unknown,
): Promise<void> {
  const me = context.caller.userId;
  const facts = { type: EVENT.momentCommented, from: me, fromType: FROM.person };
  const values = {
    ...eventValues(context, facts),
    comment: context.ids.next<CommentId>(),
    now: context.clock.now(),
    moment,
    me,
    text,
    reply,
  };
  const { changes } = await context.db.write({
    changes: insertComment(values),
    published: published(context, LOGIN_EVENT.comment, [values.comment]),
    tell: tell(values),
    reply: context.remember(answer, remember, values),
  });
  if (changes > 0) return;
  const [found] = await context.db.read(mayBeWritten(values));
  if (!found?.isAllowed) refuse('NO_SUCH_MOMENT');
  await explainStep(context, 'comments', 'MUTED');
  refuse('TOO_MANY');
}

const momentOf = prepareRead<{ comment: CommentId }, { momentId: MomentId }>(
  sql`SELECT moment_id FROM ${momentComments} WHERE id = ${p('comment')}`,
  ['momentId'],
);
const deleteComment = prepareChange<{ comment: CommentId; me: UserId }>(
  sql`DELETE FROM ${momentComments} WHERE id = ${p('comment')} AND (user_id = ${p('me')}
    OR EXISTS (SELECT 1 FROM ${moments} AS m WHERE m.id = ${momentComments}.moment_id AND m.author_id = ${p('me')}))`,
);

/**
 * Deletes a comment of the caller's, or under a moment of theirs. Refuses `NO_SUCH_COMMENT`.
 * @returns the moment's number, and the moment as the caller sees it, if they still may
 */
export async function removeComment(
  context: CallerContext,
  comment: CommentId,
): Promise<{ moment: MomentId; row: MomentRow | undefined }> {
  const me = context.caller.userId;
  // A comment never moves to another moment, so that this answer stays true.
  const [found] = await context.db.read(momentOf({ comment }));
  if (!found) refuse('NO_SUCH_COMMENT');
  const moment = found.momentId;
  const {
    changes,
    row: [row],
  } = await context.db.write({ changes: deleteComment({ comment, me }), row: findMoment({ me, moment }) });
  if (changes === 0) refuse('NO_SUCH_COMMENT');
  return { moment, row };
}
