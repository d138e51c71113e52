import { sql } from 'drizzle-orm';
import { DEST } from '../../../db/schema/dest.ts';
import { pins } from '../../../db/schema/friends.ts';
import { groupDepartures, groupMembers, groups, MEMBER } from '../../../db/schema/groups.ts';
import { messageGaps, messages, readMarks } from '../../../db/schema/messages.ts';
import { users } from '../../../db/schema/users.ts';
import { lowestIdAt } from '../../core/id-maker.ts';
import type { UserId } from '../../core/ids.ts';
import type { Db } from '../../platform/database/db.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import { type InboxRow, MESSAGE_KEYS, storedMessage } from '../../realtime/message.ts';
import { blockedEitherWay } from '../../realtime/relations.ts';
import { heads } from './mine.ts';
import { unread } from './unread.ts';

/** A conversation as its user sees it, with the last message. */
export interface ConversationRow extends Omit<InboxRow, 'seq'> {
  readonly recalledAt: number | null;
  readonly otherType: number;
  readonly otherId: number;
  readonly name: string;
  readonly remark: string;
  readonly headUrl: string;
  readonly isPinned: number;
  readonly receiveTip: number;
  readonly unread: number;
  readonly read: number;
  readonly readByOther: number;
}

/** What the statements here want. */
type Wanted = {
  readonly me: UserId;
  /** Only those whose last message has a lower id. */
  readonly before: number;
  /** Only what has changed since then, epoch ms; 0: everything. */
  readonly after: number;
  /** The lowest id that a message of then can have. */
  readonly afterId: number;
  readonly limit: number;
};

const mark = (user: ReturnType<typeof sql>, conversation: ReturnType<typeof sql>) => sql`${readMarks} AS k
  WHERE k.user_id = ${user} AND k.conversation = ${conversation}`;
/** A message, a recall, a read mark of either side, or what I have set. */
const hasChanged = sql`(${p('after')} = 0 OR h.head >= ${p('afterId')}
  OR EXISTS (SELECT 1 FROM ${mark(sql`${p('me')}`, sql`h.conversation`)} AND k.changed_at >= ${p('after')})
  OR (h.dest_type = ${DEST.person} AND EXISTS (SELECT 1 FROM ${mark(sql`h.dest_id`, sql`h.conversation`)} AND k.changed_at >= ${p('after')}))
  OR EXISTS (SELECT 1 FROM ${messageGaps} AS r WHERE r.conversation = h.conversation AND r.since >= ${p('after')}))`;
const shown = sql`SELECT h.*, COALESCE((SELECT k.message_id FROM ${mark(sql`${p('me')}`, sql`h.conversation`)}), 0) AS mark
  FROM heads AS h WHERE h.head < ${p('before')} AND ${hasChanged} ORDER BY h.head DESC LIMIT ${p('limit')}`;
const readByOther = sql`CASE WHEN c.dest_type = ${DEST.person} AND NOT ${blockedEitherWay(sql`${p('me')}`, sql`c.dest_id`)}
  THEN COALESCE((SELECT k.message_id FROM ${mark(sql`c.dest_id`, sql`c.conversation`)}), 0) ELSE 0 END`;

const readList = prepareRead<Wanted, ConversationRow & Record<string, string | number | null>>(
  sql`${heads} SELECT ${storedMessage}, m.recalled_at, c.dest_type, c.dest_id,
      COALESCE(CASE c.dest_type WHEN ${DEST.group} THEN g.name ELSE other.name END, ''), c.remark,
      COALESCE(CASE c.dest_type WHEN ${DEST.group} THEN g.head_url ELSE other.head_url END, ''),
      EXISTS (SELECT 1 FROM ${pins} AS t WHERE t.user_id = ${p('me')} AND t.dest_type = c.dest_type AND t.dest_id = c.dest_id),
      c.receive_tip, ${unread('c')}, c.mark, ${readByOther}
    FROM (${shown}) AS c CROSS JOIN ${messages} AS m ON m.id = c.head LEFT JOIN ${users} AS u ON u.id = m.sender_id
      LEFT JOIN ${users} AS other ON c.dest_type = ${DEST.person} AND other.id = c.dest_id
      LEFT JOIN ${groups} AS g ON c.dest_type = ${DEST.group} AND g.id = c.dest_id
    ORDER BY m.id DESC`,
  [
    ...MESSAGE_KEYS,
    'recalledAt',
    'otherType',
    'otherId',
    'name',
    'remark',
    'headUrl',
    'isPinned',
    'receiveTip',
    'unread',
    'read',
    'readByOther',
  ],
);
/** Groups that I have left, as long as something of theirs may still wait for me. */
const readLeft = prepareRead<{ me: UserId }, { group: number }>(
  sql`SELECT DISTINCT d.group_id FROM ${groupDepartures} AS d WHERE d.user_id = ${p('me')} AND NOT EXISTS
    (SELECT 1 FROM ${groupMembers} AS b WHERE b.group_id = d.group_id AND b.user_id = ${p('me')} AND b.state = ${MEMBER.joined})`,
  ['group'],
);

/** Calls that began before `since` may commit behind it: what they change is told twice rather than never. */
const OVERLAP_MS = 60_000;

/** A user's conversations, the one with the newest message first. */
export interface ConversationPage {
  readonly rows: readonly ConversationRow[];
  readonly more: boolean;
  /** Groups that are none of theirs any more. */
  readonly left: readonly number[];
  /** What to send as `since` the next time. */
  readonly since: number;
}

/**
 * The conversations in which something was said. A page costs an index walk for each conversation of the user, and none
 * for the messages in them.
 * @param since epoch ms: only those in which something has changed since; 0 for all
 */
export async function conversations(
  db: Db,
  now: number,
  { me, before, since, limit }: { me: UserId; before: number; since: number; limit: number },
): Promise<ConversationPage> {
  const values = { me, before, after: since, afterId: lowestIdAt(since), limit: limit + 1 };
  const { rows, left } = await db.read({ rows: readList(values), left: readLeft({ me }) });
  return {
    rows: rows.slice(0, limit),
    more: rows.length > limit,
    left: left.map(({ group }) => group),
    since: now - OVERLAP_MS,
  };
}
