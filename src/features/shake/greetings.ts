import { sql } from 'drizzle-orm';
import * as z from 'zod';
import { greetings } from '../../../db/schema/shake.ts';
import { users } from '../../../db/schema/users.ts';
import type { UserId } from '../../core/ids.ts';
import { p, prepareChange, prepareRead, type RowOf } from '../../platform/database/query.ts';
import { blockedWith } from '../../realtime/relations.ts';

/** What the statements here want. */
type Wanted = {
  readonly me: UserId;
  readonly upTo: number;
  readonly limit: number;
  readonly offset: number;
};

const mine = sql`${greetings} AS g WHERE g.user_id = ${p('me')} AND g.thread_id = 0 AND g.deleted_at IS NULL
  AND g.id <= ${p('upTo')} AND g.from_id NOT IN (${blockedWith(p('me'))})`;
const replies = sql`(SELECT json_group_array(json_object('msgid', reply.id, 'userId', sender.id, 'nickName', sender.name, 'msg', reply.message))
  FROM (SELECT id, from_id, message FROM ${greetings} WHERE thread_id = page.id AND thread_id > 0 AND deleted_at IS NULL
    ORDER BY id LIMIT 50) AS reply
  CROSS JOIN ${users} AS sender ON sender.id = reply.from_id)`;

export const countGreetings = prepareRead<{ me: UserId; upTo: number }, { total: number }>(
  sql`SELECT count(*) FROM ${mine}`,
  ['total'],
);

/** Greetings that the caller was sent, newest first, each with its first 50 replies. */
export const listGreetings = prepareRead<
  Wanted,
  {
    gid: number;
    userId: number;
    nickName: string;
    headUrl: string;
    msg: string;
    addTime: number;
    replies: string;
  }
>(
  sql`SELECT page.id, u.id, u.name, u.head_url, page.message, page.created_at, ${replies}
    FROM (SELECT g.id, g.from_id, g.message, g.created_at FROM ${mine}
      ORDER BY g.id DESC LIMIT ${p('limit')} OFFSET ${p('offset')}) AS page
    CROSS JOIN ${users} AS u ON u.id = page.from_id ORDER BY page.id DESC`,
  ['gid', 'userId', 'nickName', 'headUrl', 'msg', 'addTime', 'replies'],
);
type GreetingRow = RowOf<typeof listGreetings>;

/** `json_group_array` keeps no promise about order, and ids grow with time. */
const repliesOf = z
  .array(z.object({ msgid: z.number(), userId: z.number(), nickName: z.string(), msg: z.string() }))
  .transform((list) => list.toSorted((a, b) => a.msgid - b.msgid));

export const greetingView = ({ replies, ...greeting }: GreetingRow) => ({
  ...greeting,
  clist: repliesOf.parse(JSON.parse(replies)),
});

const remove = sql`UPDATE ${greetings} SET deleted_at = COALESCE(deleted_at, ${p('now')})`;
/** Removes one greeting to the caller with the replies to it; twice is once. */
export const removeGreeting = prepareChange<{ now: number; me: UserId; greeting: number }>(
  sql`${remove} WHERE user_id = ${p('me')}
    AND (id = ${p('greeting')} OR (thread_id = ${p('greeting')} AND thread_id > 0))`,
);
/** Removes all greetings and replies to the caller. */
export const removeGreetings = prepareChange<{ now: number; me: UserId }>(
  sql`${remove} WHERE user_id = ${p('me')} AND deleted_at IS NULL`,
);
