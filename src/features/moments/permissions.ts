import { sql } from 'drizzle-orm';
import { FRIEND, friendships } from '../../../db/schema/friends.ts';
import type { UserId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';

const update = (column: string) =>
  prepareChange<{ me: UserId; friend: UserId; open: 0 | 1; now: number }>(
    sql`UPDATE ${friendships} SET ${sql.raw(column)} = ${p('open')}, updated_at = ${p('now')}
      WHERE user_id = ${p('me')} AND friend_id = ${p('friend')} AND state = ${FRIEND.friends}`,
  );
const updates = { show: update('shows_moments'), view: update('views_moments') } as const;

/**
 * Opens or closes moments between the caller and a friend. Nothing is copied or removed: what was hidden is there
 * again once it is opened. Refuses `NOT_FRIENDS`.
 * @param side `show`: mine to them; `view`: theirs to me
 */
export async function setPermission(
  context: CallerContext,
  friend: UserId,
  side: keyof typeof updates,
  open: 0 | 1,
): Promise<void> {
  const values = { me: context.caller.userId, friend, open, now: context.clock.now() };
  const changes = await context.db.write(updates[side](values));
  if (changes === 0) refuse('NOT_FRIENDS');
}
