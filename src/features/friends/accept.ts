import { sql } from 'drizzle-orm';
import { FRIEND, friendships } from '../../../db/schema/friends.ts';
import type { ChangeId, UserId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { eventValues, prepareEventToOne, senderCard } from '../../realtime/events.ts';
import { EVENT, FROM } from '../../realtime/message-types.ts';
import { changedTo } from '../../realtime/relations.ts';
import { findProfile, type ProfileRow } from '../profiles/queries.ts';
import { befriendBack } from './befriend.ts';
import { hasAsked, haveRoom, REQUEST_LIFE_MS } from './relation.ts';

/** What the statements here want. */
type Wanted = {
  readonly now: number;
  readonly mark_change: ChangeId;
  readonly other: UserId;
  readonly me: UserId;
};

const acceptRow = prepareChange<Wanted>(
  sql`UPDATE ${friendships} SET state = ${FRIEND.friends}, became_friends_at = ${p('now')}, change_id = ${p('mark_change')}, updated_at = ${p('now')}
    WHERE user_id = ${p('other')} AND friend_id = ${p('me')} AND state = ${FRIEND.asked}
      AND requested_at > ${p('now')} - ${sql.raw(String(REQUEST_LIFE_MS))} AND ${haveRoom(p('me'), p('other'))}`,
);
const findRequest = prepareRead<{ other: UserId; me: UserId; now: number }, { waits: number }>(
  sql`SELECT ${hasAsked(p('other'), p('me'))}`,
  ['waits'],
);
const tellAccepted = prepareEventToOne<{ other: UserId; me: UserId; mark_change: ChangeId }>(
  changedTo(FRIEND.friends, p('other'), p('me')),
  senderCard,
);

/**
 * Accepts a request that `destId` made and that still waits (listing 33). A block needs no look here: it
 * withdraws the requests between the two.
 * @returns the new friend; refuses `NO_REQUEST`, and `TOO_MANY` where one of the two has no room: then it still waits
 */
export async function acceptRequest(context: CallerContext, destId: UserId): Promise<ProfileRow> {
  const { userId } = context.caller;
  const values = {
    me: userId,
    other: destId,
    now: context.clock.now(),
    mark_change: context.ids.mark(),
  };
  const event = eventValues(context, {
    type: EVENT.friendRequestAccepted,
    from: userId,
    fromType: FROM.person,
  });
  const {
    accepted,
    friend: [friend],
  } = await context.db.write({
    accepted: acceptRow(values),
    befriendBack: befriendBack({ ...values, owner: userId, friend: destId }),
    tellAccepted: tellAccepted({ ...values, ...event, event_to: destId }),
    friend: findProfile({ me: userId, id: destId }),
  });
  if (accepted > 0 && friend) return friend;
  const [request] = await context.db.read(findRequest(values));
  return refuse(request?.waits ? 'TOO_MANY' : 'NO_REQUEST');
}
