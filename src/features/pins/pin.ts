import { sql } from 'drizzle-orm';
import { DEST, type Dest } from '../../../db/schema/dest.ts';
import { pins } from '../../../db/schema/friends.ts';
import { users } from '../../../db/schema/users.ts';
import { FIRST_USER, type UserId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { noteChange } from '../../realtime/conversation-changes.ts';
import { isMemberOf } from '../../realtime/relations.ts';

/** What the statements here want. */
type Wanted = {
  readonly me: UserId;
  readonly destType: number;
  readonly dest: number;
  readonly now: number;
};

/** Pins that one user may have: all of them come with every login. */
const MAX_PINS = 1000;

/** A pin is private: a stranger may be pinned, and so may the client's own chats. */
const mayBePinned = sql`CASE ${p('destType')} WHEN ${DEST.person} THEN ${p('dest')} < ${sql.raw(String(FIRST_USER))}
    OR EXISTS (SELECT 1 FROM ${users} WHERE id = ${p('dest')} AND id <> ${p('me')})
  ELSE ${isMemberOf(p('dest'), p('me'))} END`;
const hasRoom = sql`((SELECT count(*) FROM ${pins} WHERE user_id = ${p('me')}) < ${sql.raw(String(MAX_PINS))}
  OR EXISTS (SELECT 1 FROM ${pins} WHERE user_id = ${p('me')} AND dest_type = ${p('destType')} AND dest_id = ${p('dest')}))`;
const insertPin = prepareChange<Wanted>(
  sql`INSERT INTO ${pins} (user_id, dest_type, dest_id, created_at)
    SELECT ${p('me')}, ${p('destType')}, ${p('dest')}, ${p('now')}
    WHERE ${mayBePinned} AND ${hasRoom}
    ON CONFLICT (user_id, dest_type, dest_id) DO UPDATE SET created_at = excluded.created_at`,
);
const look = prepareRead<{ destType: number; dest: number; me: UserId }, { mayBePinned: number }>(
  sql`SELECT ${mayBePinned}`,
  ['mayBePinned'],
);
const deletePin = prepareChange<{ me: UserId; destType: number; dest: number }>(
  sql`DELETE FROM ${pins} WHERE user_id = ${p('me')} AND dest_type = ${p('destType')} AND dest_id = ${p('dest')}`,
);

/** A conversation: with a user (destType 1) or in a group (2). */
export interface Conversation {
  readonly destType: Dest;
  readonly destId: number;
}

/**
 * Keeps a conversation with anybody or in a group of mine at the top; again: as the latest one.
 * Refuses `NO_SUCH_USER`, `NOT_A_MEMBER`, `TOO_MANY_PINS`.
 */
export async function pin(context: CallerContext, { destType, destId }: Conversation): Promise<void> {
  const values = { me: context.caller.userId, destType, dest: destId, now: context.clock.now() };
  const { pinned } = await context.db.write({ pinned: insertPin(values), noted: noteChange(values) });
  if (pinned > 0) return;
  const [found] = await context.db.read(look(values));
  if (found?.mayBePinned) refuse('TOO_MANY_PINS');
  refuse(destType === DEST.person ? 'NO_SUCH_USER' : 'NOT_A_MEMBER');
}

/** Lets a conversation go from the top; nothing happens where it is not there. */
export async function unpin(context: CallerContext, { destType, destId }: Conversation): Promise<void> {
  const values = { me: context.caller.userId, destType, dest: destId, now: context.clock.now() };
  await context.db.write({ unpinned: deletePin(values), noted: noteChange(values) });
}
