import { sql } from 'drizzle-orm';
import { eventBodies, inbox } from '../../db/schema/inbox.ts';
import { messages } from '../../db/schema/messages.ts';
import { users } from '../../db/schema/users.ts';
import type { UserId } from '../ids.ts';
import type { Db } from '../platform/database/db.ts';
import { prepareSql } from '../platform/database/query.ts';
import { lastSeq } from './inbox.ts';
import { messageObject } from './message.ts';

/** One row of somebody's inbox on its way to his sockets. */
export interface LiveEvent {
  readonly seq: number;
  readonly userId: UserId;
  readonly fromId: number;
  /** Kind of the device that a user sent it from; that kind does not get it back. */
  readonly device: number | null;
  /** The message object as JSON text; the same text for everybody who gets a chat message. */
  readonly body: string;
}

/** Rows that one turn reads at most. */
const PAGE = 2000;

const p = (name: string) => sql.placeholder(name);
const columns = [
  'seq',
  'userId',
  'type',
  'msgId',
  'fromId',
  'fromType',
  'destId',
  'content',
  'createdAt',
  'messageId',
  'device',
] as const;
interface Row extends Record<string, string | number | null> {
  seq: number;
  userId: UserId;
  type: number;
  msgId: string;
  fromId: number;
  fromType: number;
  destId: number;
  content: string;
  createdAt: number;
  messageId: number | null;
  device: number | null;
}
const readAll = prepareSql<Row>(
  sql`SELECT i.seq, i.user_id, i.type, COALESCE(b.msg_id, i.msg_id), i.from_id, i.from_type, i.dest_id,
      COALESCE(b.content, i.content), i.created_at, i.message_id, i.device
    FROM ${inbox} AS i LEFT JOIN ${eventBodies} AS b ON b.id = i.body_id
    WHERE i.seq > ${p('after')} ORDER BY i.seq LIMIT ${p('limit')}`,
  columns,
);
const readLast = prepareSql<{ last: number }>(sql`SELECT ${lastSeq}`, ['last']);
const textsOf = prepareSql<{ id: number; msgId: string; content: string; recalledAt: number | null }>(
  sql`SELECT id, msg_id, content, recalled_at FROM ${messages} WHERE id IN (SELECT value FROM json_each(${p('ids')}))`,
  ['id', 'msgId', 'content', 'recalledAt'],
);
const sendersOf = prepareSql<{ id: number; name: string; headUrl: string }>(
  sql`SELECT id, name, head_url FROM ${users} WHERE id IN (SELECT value FROM json_each(${p('ids')}))`,
  ['id', 'name', 'headUrl'],
);

const distinct = (values: readonly (number | null)[]) => JSON.stringify([...new Set(values)]);
const byId = <Item extends { readonly id: number }>(items: readonly Item[]) =>
  new Map(items.map((item) => [item.id, item]));

/** Rows with their texts and senders: two more queries for all of them together. */
async function complete(db: Db, rows: readonly Row[]): Promise<LiveEvent[]> {
  const [texts, senders] = await db.read(
    textsOf({ ids: distinct(rows.map(({ messageId }) => messageId)) }),
    sendersOf({ ids: distinct(rows.map(({ fromId }) => fromId)) }),
  );
  const textById = byId(texts);
  const senderById = byId(senders);
  const written = new Map<number, string>();
  const bodyOf = (row: Row): string | undefined => {
    const text = row.messageId === null ? undefined : textById.get(row.messageId);
    if (text?.recalledAt) return undefined;
    const sender = senderById.get(row.fromId);
    const from = { fromName: sender?.name ?? null, fromHead: sender?.headUrl ?? null };
    const own = text && { msgId: text.msgId, content: text.content };
    return JSON.stringify(messageObject({ ...row, ...from, ...own }));
  };
  return rows.flatMap((row) => {
    const known = row.messageId === null ? undefined : written.get(row.messageId);
    const body = known ?? bodyOf(row);
    if (body === undefined) return [];
    if (row.messageId !== null) written.set(row.messageId, body);
    return [{ seq: row.seq, userId: row.userId, fromId: row.fromId, device: row.device, body }];
  });
}

/** What a turn found: `upTo` is as far as it looked. */
export interface Turn {
  readonly upTo: number;
  readonly rung: ReadonlySet<UserId>;
  readonly events: readonly LiveEvent[];
  readonly more: boolean;
}

/** Everybody's events behind `after`; complete for those whom `listens` names. */
export async function readTurn(db: Db, after: number, listens: (user: UserId) => boolean): Promise<Turn> {
  const [rows] = await db.read(readAll({ after, limit: PAGE }));
  const wanted = rows.filter(({ userId }) => listens(userId));
  return {
    upTo: rows.at(-1)?.seq ?? after,
    rung: new Set(rows.map(({ userId }) => userId)),
    events: wanted.length > 0 ? await complete(db, wanted) : [],
    more: rows.length === PAGE,
  };
}

/** The end of the sequence. */
export async function endOfSequence(db: Db): Promise<number> {
  const [[row]] = await db.read(readLast());
  return row?.last ?? 0;
}
