import { sql } from 'drizzle-orm';
import { FRIEND, friendships } from '../../../../db/schema/friends.ts';
import { USER, users } from '../../../../db/schema/users.ts';
import { p } from '../../../platform/database/query.ts';

/**
 * Which of the users in `:ids` (a JSON list) `:me` may bring into a group: their friends, less those where either
 * has blocked the other. They need no longer accept (docs/decisions.md#groups). Column: `user_id`.
 */
export const friendsAmong = sql`SELECT person.id AS user_id FROM json_each(${p('ids')}) AS wanted
  JOIN ${users} AS person ON person.id = wanted.value AND person.status = ${USER.valid}
  JOIN ${friendships} AS mine ON mine.user_id = ${p('me')} AND mine.friend_id = person.id
    AND mine.state = ${FRIEND.friends} AND mine.is_blocked = 0
  JOIN ${friendships} AS theirs ON theirs.user_id = person.id AND theirs.friend_id = ${p('me')}
    AND theirs.state = ${FRIEND.friends} AND theirs.is_blocked = 0`;
