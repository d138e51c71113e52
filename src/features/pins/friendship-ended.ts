import { sql } from 'drizzle-orm';
import { DEST } from '../../../db/schema/dest.ts';
import { pins } from '../../../db/schema/friends.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import { type FriendshipEndedValues, friendshipEnded } from '../../realtime/relations.ts';

/** Neither keeps the other at the top. */
export const dropPins = prepareChange<FriendshipEndedValues>(
  sql`DELETE FROM ${pins} WHERE ${friendshipEnded}
    AND ((user_id = ${p('me')} AND dest_type = ${DEST.person} AND dest_id = ${p('other')})
      OR (user_id = ${p('other')} AND dest_type = ${DEST.person} AND dest_id = ${p('me')}))`,
);
