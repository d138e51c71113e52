import { eq, getTableColumns, sql } from 'drizzle-orm';
import { groupNotes } from '../../../db/schema/groups.ts';
import { messages } from '../../../db/schema/messages.ts';
import { momentComments, moments } from '../../../db/schema/moments.ts';
import { REVIEW, reviews } from '../../../db/schema/reviews.ts';
import type { ReviewId, UserId } from '../../core/ids.ts';
import { LIST_SIZE } from '../../core/operator-page.ts';
import type { Db } from '../../platform/database/db.ts';
import { p, prepareChange, prepareRead, prepareSelect } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import type { TakedownSubject } from '../takedowns/kinds.ts';

export type ReviewRow = typeof reviews.$inferSelect;

const find = prepareSelect<{ review: ReviewId }>()(getTableColumns(reviews), (select) =>
  select.from(reviews).where(eq(reviews.id, p('review'))),
);

/** What an operator is to look at; undefined where there is none of that number. */
export async function reviewOf(db: Db, review: ReviewId): Promise<ReviewRow | undefined> {
  const [row] = await db.read(find({ review }));
  return row;
}

type Listed = Pick<ReviewRow, 'id' | 'scope' | 'userId' | 'place' | 'cause' | 'createdAt'>;
const page = prepareRead<{ at: number; review: number }, Listed>(
  sql`SELECT id, scope, user_id, place, cause, created_at FROM ${reviews}
    WHERE state = ${sql.raw(String(REVIEW.waits))} AND (created_at, id) > (${p('at')}, ${p('review')})
    ORDER BY created_at, id LIMIT ${sql.raw(String(LIST_SIZE))}`,
  ['id', 'scope', 'userId', 'place', 'cause', 'createdAt'],
);
const counted = prepareRead<void, { total: number }>(
  sql`SELECT count(*) FROM ${reviews} WHERE state = ${sql.raw(String(REVIEW.waits))}`,
  ['total'],
);

/** What waits, the oldest first, and how much. */
export async function waitingReviews(db: Db, behind: { readonly at: number; readonly review: number }) {
  const { rows, total } = await db.read({ rows: page(behind), total: counted() });
  return { rows, total: total[0]?.total ?? 0 };
}

type End = { readonly review: ReviewId; readonly state: number; readonly now: number };
const end = prepareChange<End>(
  sql`UPDATE ${reviews} SET state = ${p('state')}, ended_at = ${p('now')}
    WHERE id = ${p('review')} AND state = ${sql.raw(String(REVIEW.waits))}`,
);

/** Ends the wait. @returns what changes a row where it waited */
export const ending = (
  { clock }: Pick<Platform, 'clock'>,
  review: ReviewId,
  state: (typeof REVIEW)[keyof typeof REVIEW],
) => end({ review, state, now: clock.now() });

type Sought = { readonly user: UserId; readonly place: string; readonly text: string };
const at = (name: string) => sql`${p('place')} ->> ${sql.raw(`'$.${name}'`)}`;
/** The newest that says so: of what was written twice, either. */
const seek = {
  moment: prepareRead<Omit<Sought, 'place'>, { item: number }>(
    sql`SELECT id FROM ${moments} WHERE author_id = ${p('user')} AND ${p('text')} IN (text, address, ext)
      ORDER BY created_at DESC, id DESC LIMIT 1`,
    ['item'],
  ),
  comment: prepareRead<Sought, { item: number }>(
    sql`SELECT id FROM ${momentComments} WHERE moment_id = ${at('feedId')} AND user_id = ${p('user')}
      AND text = ${p('text')} ORDER BY id DESC LIMIT 1`,
    ['item'],
  ),
  note: prepareRead<Sought, { item: number | null }>(
    sql`SELECT MAX(id) FROM ${groupNotes} WHERE group_id = ${at('groupId')} AND user_id = ${p('user')}
      AND ${p('text')} IN (title, content)`,
    ['item'],
  ),
  message: prepareRead<Omit<Sought, 'text'>, { item: number }>(
    sql`SELECT id FROM ${messages} WHERE msg_id = ${at('msgId')} AND sender_id = ${p('user')} AND recalled_at IS NULL`,
    ['item'],
  ),
};

/** What can be taken down of a review, by its number; undefined where it is there no more, or is no such thing. */
export async function takableOf(
  db: Db,
  { scope, userId, place }: ReviewRow,
  text: string,
): Promise<readonly [TakedownSubject, number] | undefined> {
  if (userId === null) return undefined;
  const sought = { user: userId, place, text };
  if (scope === 'name') return ['name', userId];
  if (scope !== 'moment' && scope !== 'comment' && scope !== 'note' && scope !== 'message') return undefined;
  const [found] = await db.read(seek[scope](sought));
  return found?.item ? [scope, found.item] : undefined;
}
