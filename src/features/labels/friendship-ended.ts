import { sql } from 'drizzle-orm';
import { labelFriends } from '../../../db/schema/friends.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import { type FriendshipEndedValues, friendshipEnded } from '../../realtime/relations.ts';

/** Members of a label are friends: neither stays in a label of the other. */
export const dropLabels = prepareChange<FriendshipEndedValues>(
  sql`DELETE FROM ${labelFriends} WHERE ${friendshipEnded}
    AND ((user_id = ${p('me')} AND friend_id = ${p('other')}) OR (user_id = ${p('other')} AND friend_id = ${p('me')}))`,
);
