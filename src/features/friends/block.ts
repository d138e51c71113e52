import { sql } from 'drizzle-orm';
import { FRIEND, friendships } from '../../../db/schema/friends.ts';
import { users } from '../../../db/schema/users.ts';
import type { UserId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { hasBlocked } from '../../realtime/relations.ts';

/**
 * Blocks that one user may have: all of them are looked at when the user shakes, and are one reply when the user
 * lists them.
 */
const MAX_BLOCKS = 2000;

const isBlocked = hasBlocked(sql`${p('me')}`, sql`${p('other')}`);
const hasRoom = sql`(SELECT count(*) FROM ${friendships} WHERE user_id = ${p('me')} AND is_blocked = 1) < ${MAX_BLOCKS}`;
const isUser = sql`EXISTS (SELECT 1 FROM ${users} WHERE id = ${p('other')} AND id <> ${p('me')})`;
const blockRow = prepareChange<{ me: UserId; other: UserId; now: number }>(
  sql`INSERT INTO ${friendships} (user_id, friend_id, state, is_blocked, updated_at)
    SELECT ${p('me')}, ${p('other')}, ${FRIEND.none}, 1, ${p('now')} WHERE ${isUser} AND (${hasRoom} OR ${isBlocked})
    ON CONFLICT (user_id, friend_id) DO UPDATE SET is_blocked = 1,
      state = CASE state WHEN ${FRIEND.asked} THEN ${FRIEND.none} ELSE state END, updated_at = excluded.updated_at`,
);
const withdrawTheirRequest = prepareChange<{ now: number; other: UserId; me: UserId }>(
  sql`UPDATE ${friendships} SET state = ${FRIEND.none}, updated_at = ${p('now')}
    WHERE user_id = ${p('other')} AND friend_id = ${p('me')} AND state = ${FRIEND.asked} AND ${isBlocked}`,
);
const findUser = prepareRead<{ other: UserId; me: UserId }, { isUser: number }>(sql`SELECT ${isUser}`, [
  'isUser',
]);
const unblockRow = prepareChange<{ now: number; me: UserId; other: UserId }>(
  sql`UPDATE ${friendships} SET is_blocked = 0, updated_at = ${p('now')}
    WHERE user_id = ${p('me')} AND friend_id = ${p('other')} AND is_blocked = 1`,
);

const valuesOf = (context: CallerContext, other: UserId) => ({
  me: context.caller.userId,
  other,
  now: context.clock.now(),
});

/**
 * Blocks anybody, friend or stranger (listing 18), and withdraws what either has asked the other: a request
 * and a block are never there together. A friend stays one, as in the original. Refuses `NO_SUCH_USER`, also for
 * oneself, and `TOO_MANY`.
 */
export async function block(context: CallerContext, other: UserId): Promise<void> {
  const values = valuesOf(context, other);
  const { blocked } = await context.db.write({
    blocked: blockRow(values),
    withdrawTheirRequest: withdrawTheirRequest(values),
  });
  if (blocked > 0) return;
  const [found] = await context.db.read(findUser(values));
  refuse(found?.isUser ? 'TOO_MANY' : 'NO_SUCH_USER');
}

/** Takes a block of mine back (listing 25); nothing happens where there is none. */
export async function unblock(context: CallerContext, other: UserId): Promise<void> {
  await context.db.write(unblockRow(valuesOf(context, other)));
}
