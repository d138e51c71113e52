import { sql } from 'drizzle-orm';
import { FRIEND, friendships } from '../../../db/schema/friends.ts';
import type { ChangeId, UserId } from '../../core/ids.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import { changedTo } from '../../realtime/relations.ts';

/** What the statements here want. */
type Wanted = {
  readonly owner: UserId;
  readonly friend: UserId;
  readonly now: number;
  readonly mark_change: ChangeId;
};

/**
 * The other half of a new friendship, `owner` → `friend`: after the batch's first statement has made
 * `friend` → `owner` one. What `owner` had set before (remark, mute, permissions) stays.
 */
export const befriendBack = prepareChange<Wanted>(
  sql`INSERT INTO ${friendships} (user_id, friend_id, state, became_friends_at, change_id, updated_at)
    SELECT ${p('owner')}, ${p('friend')}, ${FRIEND.friends}, ${p('now')}, ${p('mark_change')}, ${p('now')}
    WHERE ${changedTo(FRIEND.friends, p('friend'), p('owner'))}
    ON CONFLICT (user_id, friend_id) DO UPDATE SET state = ${FRIEND.friends}, became_friends_at = excluded.became_friends_at,
      change_id = excluded.change_id, updated_at = excluded.updated_at`,
);
