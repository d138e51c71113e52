import { sql } from 'drizzle-orm';
import { DEST, type Dest } from '../../../db/schema/dest.ts';
import { groupMembers } from '../../../db/schema/groups.ts';
import { messages, readMarks } from '../../../db/schema/messages.ts';
import { users } from '../../../db/schema/users.ts';
import { OFFICIAL, type UserId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { type InboxRow, MESSAGE_KEYS, storedMessage } from '../../realtime/message.ts';
import { blockedEitherWay, isMemberOf } from '../../realtime/relations.ts';
import { readOfficial } from '../announcements/history.ts';
import { conversationOf } from './conversation.ts';

/** Members see what was written since they came. */
const since = sql`(SELECT came.created_at FROM ${groupMembers} AS came
  WHERE came.group_id = ${p('dest')} AND came.user_id = ${p('me')} AND ${isMemberOf(sql`${p('dest')}`, sql`${p('me')}`)})`;

/** What the statements here want. */
type Wanted = {
  readonly me: UserId;
  readonly destType: Dest;
  readonly dest: number;
  readonly conversation: string;
  readonly before: number;
  readonly limit: number;
};
type Row = Omit<InboxRow, 'seq'> & { readonly recalledAt: number | null };
const readPage = prepareRead<Wanted, Row & Record<string, string | number | null>>(
  sql`SELECT ${storedMessage}, m.recalled_at
    FROM ${messages} AS m JOIN ${users} AS u ON u.id = m.sender_id
    WHERE m.conversation = ${p('conversation')} AND m.id < ${p('before')}
      AND (${p('destType')} = ${DEST.person} OR m.created_at >= ${since})
    ORDER BY m.id DESC LIMIT ${p('limit')}`,
  [...MESSAGE_KEYS, 'recalledAt'],
);
const markOf = (user: ReturnType<typeof p>) => sql`COALESCE((SELECT message_id FROM ${readMarks}
  WHERE user_id = ${user} AND conversation = ${p('conversation')}), 0)`;
const readStanding = prepareRead<
  Omit<Wanted, 'before' | 'limit'>,
  { mine: number; theirs: number; isMember: number }
>(
  sql`SELECT ${markOf(p('me'))}, CASE WHEN ${p('destType')} = ${DEST.person} AND NOT ${blockedEitherWay(sql`${p('me')}`, sql`${p('dest')}`)}
    THEN ${markOf(p('dest'))} ELSE 0 END, ${since} IS NOT NULL`,
  ['mine', 'theirs', 'isMember'],
);

export interface HistoryPage {
  /** Newest first; `recalledAt` where only the place is left. */
  readonly rows: readonly Row[];
  readonly more: boolean;
  /** The message up to which the caller has read, and up to which the other person has; 0 for none, and across a block. */
  readonly read: number;
  readonly readByOther: number;
}

/**
 * A conversation backwards from the message `before`, or what the official account has said. Refuses `NOT_A_MEMBER`.
 */
export async function history(
  { caller, db }: Pick<CallerContext, 'caller' | 'db'>,
  destType: Dest,
  dest: number,
  before: number,
  limit: number,
): Promise<HistoryPage> {
  const me = caller.userId;
  if (destType === DEST.person && dest === OFFICIAL) {
    const rows = await db.read(readOfficial({ me, device: caller.device, before, limit }));
    const shown = rows.map((row) => ({ ...row, recalledAt: null }));
    return { rows: shown, more: rows.length === limit, read: 0, readByOther: 0 };
  }
  const values = { me, dest, destType, before, limit, conversation: conversationOf(me, destType, dest) };
  const {
    rows,
    standing: [standing],
  } = await db.read({ rows: readPage(values), standing: readStanding(values) });
  if (destType === DEST.group && !standing?.isMember) refuse('NOT_A_MEMBER');
  return {
    rows,
    more: rows.length === limit,
    read: standing?.mine ?? 0,
    readByOther: standing?.theirs ?? 0,
  };
}
