import { sql } from 'drizzle-orm';
import { labelFriends, labels } from '../../../db/schema/friends.ts';
import type { LabelId, UserId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { allAreFriends, allAreMyLabels } from './conditions.ts';

const allowed = sql`${allAreFriends} AND ${allAreMyLabels}`;
const insertMembers = prepareChange<{ me: UserId; labels: string; friends: string }>(
  sql`INSERT INTO ${labelFriends} (label_id, user_id, friend_id)
    SELECT label.value, ${p('me')}, friend.value FROM json_each(${p('labels')}) AS label, json_each(${p('friends')}) AS friend
    WHERE ${allowed} ON CONFLICT DO NOTHING`,
);
const findAllowed = prepareRead<{ friends: string; me: UserId; labels: string }, { allowed: number }>(
  sql`SELECT ${allowed}`,
  ['allowed'],
);
const deleteMember = prepareChange<{ label: LabelId; me: UserId; friend: UserId }>(
  sql`DELETE FROM ${labelFriends} WHERE label_id = ${p('label')} AND user_id = ${p('me')} AND friend_id = ${p('friend')}
    AND EXISTS (SELECT 1 FROM ${labels} WHERE id = ${p('label')} AND deleted_at IS NULL)`,
);

/**
 * Puts friends under labels of mine (listings 69 and 70): all of them, or none where one is no friend or no label
 * of mine. Those who are there already stay.
 */
export async function addToLabels(
  context: CallerContext,
  labelIds: readonly LabelId[],
  friends: readonly UserId[],
): Promise<void> {
  if (labelIds.length === 0 || friends.length === 0) refuse('NOT_POSSIBLE');
  const values = {
    me: context.caller.userId,
    labels: JSON.stringify(labelIds),
    friends: JSON.stringify(friends),
  };
  const {
    check: [check],
  } = await context.db.write({ insertMembers: insertMembers(values), check: findAllowed(values) });
  if (check?.allowed !== 1) refuse('NOT_POSSIBLE');
}

/** Takes a friend out of a label of mine (listing 73); the label may be left without members. */
export async function removeFromLabel(context: CallerContext, label: LabelId, friend: UserId): Promise<void> {
  const removed = await context.db.write(deleteMember({ me: context.caller.userId, label, friend }));
  if (removed === 0) refuse('NOT_A_MEMBER');
}
