import { sql } from 'drizzle-orm';
import { FRIEND, friendships } from '../../../db/schema/friends.ts';
import { users } from '../../../db/schema/users.ts';
import type { UserId } from '../../core/ids.ts';
import { p } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { eventValues, prepareEventToMany } from '../../realtime/events.ts';
import { EVENT, FROM } from '../../realtime/message-types.ts';

const me = p('me');
const friends = sql`SELECT ${friendships.userId} AS user_id FROM ${friendships} WHERE ${friendships.friendId} = ${me} AND ${friendships.state} = ${FRIEND.friends}`;
const card = sql`(SELECT json_object('nickName', nick_name, 'district', district, 'city', city, 'province', province,
  'name', name, 'sex', sex, 'sign', sign, 'headUrl', head_url, 'id', id, 'feedBackImage', moments_cover) FROM ${users} WHERE id = ${me})`;
const tellFriends = prepareEventToMany<{ me: UserId }>(friends, card);

/** Event 26 to every friend, with the profile as the batch leaves it: put it after the change. */
export const profileChangedEvent = (context: CallerContext) => {
  const { userId } = context.caller;
  return tellFriends({
    ...eventValues(context, { type: EVENT.profileChanged, from: userId, fromType: FROM.person }),
    me: userId,
    event_body: context.ids.next(),
  });
};
