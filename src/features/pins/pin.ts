import { sql } from 'drizzle-orm';
import { friendships, pins } from '../../../db/schema/friends.ts';
import { groupMembers, groups } from '../../../db/schema/groups.ts';
import type { CallerContext } from '../../context.ts';
import { refuse } from '../../http/failure.ts';
import { prepareChange } from '../../platform/database/query.ts';

const p = (name: string) => sql.placeholder(name);
const isFriend = sql`EXISTS (SELECT 1 FROM ${friendships} WHERE user_id = ${p('me')} AND friend_id = ${p('dest')} AND state = 2)`;
const isMyGroup = sql`EXISTS (SELECT 1 FROM ${groupMembers} AS m JOIN ${groups} AS g ON g.id = m.group_id AND g.dismissed_at IS NULL
  WHERE m.group_id = ${p('dest')} AND m.user_id = ${p('me')} AND m.state = 1)`;
const insertPin = prepareChange(
  sql`INSERT INTO ${pins} (user_id, dest_type, dest_id, created_at)
    SELECT ${p('me')}, ${p('destType')}, ${p('dest')}, ${p('now')}
    WHERE CASE ${p('destType')} WHEN 1 THEN ${isFriend} ELSE ${isMyGroup} END
    ON CONFLICT (user_id, dest_type, dest_id) DO UPDATE SET created_at = excluded.created_at`,
);
const deletePin = prepareChange(
  sql`DELETE FROM ${pins} WHERE user_id = ${p('me')} AND dest_type = ${p('destType')} AND dest_id = ${p('dest')}`,
);

/** A conversation: with a user (destType 1) or in a group (2). */
export interface Conversation {
  readonly destType: number;
  readonly destId: number;
}

/** Keeps a conversation with a friend or in a group of mine at the top; again: as the latest one. */
export async function pin(context: CallerContext, { destType, destId }: Conversation): Promise<void> {
  const values = { me: context.caller.userId, destType, dest: destId, now: context.clock.now() };
  const [pinned] = await context.db.write(insertPin(values));
  if (pinned === 0) refuse(destType === 1 ? 'NOT_FRIENDS' : 'NOT_A_MEMBER');
}

/** Lets a conversation go from the top; nothing happens where it is not there. */
export async function unpin(context: CallerContext, { destType, destId }: Conversation): Promise<void> {
  await context.db.write(deletePin({ me: context.caller.userId, destType, dest: destId }));
}
