import { sql } from 'drizzle-orm';
import { FRIEND, friendships } from '../../../db/schema/friends.ts';
import { USER, users } from '../../../db/schema/users.ts';
import type { ChangeId, UserId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { eventValues, prepareEventToOne, senderCard } from '../../realtime/events.ts';
import { EVENT, FROM } from '../../realtime/message-types.ts';
import { blockedEitherWay, changedTo } from '../../realtime/relations.ts';
import { befriendBack } from './befriend.ts';
import { hasAsked, haveRoom, REQUEST_LIFE_MS } from './relation.ts';

/** What the statements here want. */
type Wanted = {
  readonly me: UserId;
  readonly other: UserId;
  readonly mark_change: ChangeId;
  readonly now: number;
};

const me = p('me');
const other = p('other');
const theyAsked = hasAsked(other, me);

/** The people whom I may ask: a valid user, not myself, no block between us. */
const mayBeAsked = sql`id = ${other} AND id <> ${me} AND status = ${USER.valid} AND NOT ${blockedEitherWay(me, other)}`;

/** My row's state now; a request of mine that has lapsed counts as none. */
const present = sql`COALESCE((SELECT CASE WHEN f.state = ${FRIEND.asked} AND f.requested_at <= ${p('now')} - ${sql.raw(String(REQUEST_LIFE_MS))}
  THEN 0 ELSE f.state END FROM ${friendships} AS f WHERE f.user_id = ${me} AND f.friend_id = ${other}), 0)`;

/** Asks, or makes us friends where no acceptance is needed any more. It only ever goes forward. */
const ask = prepareChange<Wanted>(
  sql`INSERT INTO ${friendships} (user_id, friend_id, state, requested_at, became_friends_at, change_id, updated_at)
    SELECT ${me}, target.id, target.next, ${p('now')}, CASE target.next WHEN ${FRIEND.friends} THEN ${p('now')} END, ${p('mark_change')}, ${p('now')}
    FROM (SELECT id, CASE WHEN need_auth = 0 OR ${theyAsked} THEN ${FRIEND.friends} ELSE ${FRIEND.asked} END AS next FROM ${users} WHERE ${mayBeAsked}) AS target
    WHERE ${present} < target.next AND (target.next = ${FRIEND.asked} OR ${haveRoom(me, other)})
    ON CONFLICT (user_id, friend_id) DO UPDATE SET state = excluded.state, requested_at = excluded.requested_at,
      became_friends_at = excluded.became_friends_at, change_id = excluded.change_id, updated_at = excluded.updated_at`,
);
const nowFriends = changedTo(FRIEND.friends, me, other);
const tellRequested = prepareEventToOne<Wanted>(changedTo(FRIEND.asked, me, other), senderCard);
const tellAccepted = prepareEventToOne<Wanted>(sql`${nowFriends} AND ${theyAsked}`, senderCard);
const tellBecameFriends = prepareEventToOne<Wanted>(sql`${nowFriends} AND NOT ${theyAsked}`, senderCard);
const findOutcome = prepareRead<Wanted, { allowed: number; befriended: number; state: number }>(
  sql`SELECT EXISTS (SELECT 1 FROM ${users} WHERE ${mayBeAsked}), ${nowFriends}, ${present}`,
  ['allowed', 'befriended', 'state'],
);

/**
 * Asks somebody to be my friend (listing 32). Somebody who needs no asking, or has asked me already, is my friend
 * at once: of two crossing requests one is the acceptance of the other. Asking a friend, or again while the request
 * waits, changes nothing.
 * @returns whether this call made us friends; refuses `NOT_POSSIBLE` for oneself, an unknown user and a block, and
 *   `TOO_MANY` where it would have made us friends, and one of us has no room
 */
export async function requestFriend(context: CallerContext, destId: UserId): Promise<boolean> {
  const { userId } = context.caller;
  const values = {
    me: userId,
    other: destId,
    now: context.clock.now(),
    mark_change: context.ids.mark(),
  };
  const event = (type: number) => ({
    ...values,
    ...eventValues(context, { type, from: userId, fromType: FROM.person }),
    event_to: destId,
  });
  // The events look at the other's request, so they come before it turns into a friendship.
  const {
    outcome: [outcome],
  } = await context.db.write({
    ask: ask(values),
    tellRequested: tellRequested(event(EVENT.friendRequested)),
    tellAccepted: tellAccepted(event(EVENT.friendRequestAccepted)),
    tellBecameFriends: tellBecameFriends(event(EVENT.becameFriends)),
    befriendBack: befriendBack({ ...values, owner: destId, friend: userId }),
    outcome: findOutcome(values),
  });
  if (outcome?.allowed !== 1) refuse('NOT_POSSIBLE');
  if (outcome.state === FRIEND.none) refuse('TOO_MANY');
  return outcome.befriended === 1;
}
