import { sql } from 'drizzle-orm';
import { FRIEND, friendships } from '../../../db/schema/friends.ts';
import type { ChangeId, UserId } from '../../core/ids.ts';
import { type Prepared, p, prepareChange } from '../../platform/database/query.ts';
import type { Acting, CallerContext } from '../../realtime/context.ts';
import { eventValues, prepareEventToOne } from '../../realtime/events.ts';
import { EVENT, FROM } from '../../realtime/message-types.ts';
import { friendshipEnded } from '../../realtime/relations.ts';
import { dropLabels } from '../labels/friendship-ended.ts';
import { dropPins } from '../pins/friendship-ended.ts';

/** What the statements here want. */
type Wanted = {
  readonly mark_change: ChangeId;
  readonly now: number;
  readonly me: UserId;
  readonly other: UserId;
};

const endMine = prepareChange<Wanted>(
  sql`UPDATE ${friendships} SET state = ${FRIEND.none}, change_id = ${p('mark_change')}, updated_at = ${p('now')}
    WHERE user_id = ${p('me')} AND friend_id = ${p('other')} AND state = ${FRIEND.friends}`,
);
const endTheirs = prepareChange<Wanted>(
  sql`UPDATE ${friendships} SET state = ${FRIEND.none}, change_id = ${p('mark_change')}, updated_at = ${p('now')}
    WHERE user_id = ${p('other')} AND friend_id = ${p('me')} AND ${friendshipEnded}`,
);
const tellEnded = prepareEventToOne<{ me: UserId; other: UserId; mark_change: ChangeId }>(friendshipEnded);

/**
 * What a friendship takes with it when it ends. A feature that keeps something of a pair of friends adds its
 * statements here; each states `friendshipEnded` as its condition.
 */
const consequences: readonly Prepared<number, Wanted>[] = [dropPins, dropLabels];

/** The statements that end a friendship for both. */
export function endingFriendship(home: Acting, other: UserId) {
  const { userId } = home.caller;
  const values = { me: userId, other, now: home.clock.now(), mark_change: home.ids.mark() };
  const event = eventValues(home, { type: EVENT.friendshipEnded, from: userId, fromType: FROM.person });
  return {
    endMine: endMine(values),
    endTheirs: endTheirs(values),
    consequences: consequences.map((statement) => statement(values)),
    tellEnded: tellEnded({ ...values, ...event, event_to: other }),
  };
}

/**
 * Ends a friendship for both (listing 27) and tells the other. What each has set for their own view stays: the
 * other must not lift a block or a moment permission. No friends: nothing happens.
 */
export async function endFriendship(context: CallerContext, destId: UserId): Promise<void> {
  await context.db.write(endingFriendship(context, destId));
}
