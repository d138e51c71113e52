import { sql } from 'drizzle-orm';
import { eventBodies, inbox } from '../../db/schema/inbox.ts';
import { messages } from '../../db/schema/messages.ts';
import { users } from '../../db/schema/users.ts';
import type { MessageId, UserId } from '../core/ids.ts';
import type { Db } from '../platform/database/db.ts';
import { p, prepareRead, type Untyped } from '../platform/database/query.ts';
import { lastSeq } from './inbox.ts';
import { type InboxRow, MESSAGE_KEYS, messageObject, storedMessage } from './message.ts';

/** What an event says, once for all who get it. */
interface Said {
  readonly fromId: number;
  /** Kind of the device that a user sent it from; that kind does not get it back. */
  readonly device: number | null;
  /** The message object as JSON text. */
  readonly body: string;
}

/** One row of somebody's inbox on its way to their sockets. */
export interface LiveEvent {
  readonly seq: number;
  readonly said: Said;
}

/** Rows that one turn reads at most. */
const PAGE = 5000;

type Row = Record<string, number | null> & { seq: number; userId: UserId; messageId: MessageId | null };
const readNew = prepareRead<Untyped, Row>(
  sql`SELECT seq, user_id, message_id FROM ${inbox} WHERE seq > ${p('after')} ORDER BY seq LIMIT ${p('limit')}`,
  ['seq', 'userId', 'messageId'],
);
const readLast = prepareRead<Untyped, { last: number }>(sql`SELECT ${lastSeq}`, ['last']);

type Text = Record<string, string | number | null> & InboxRow;
const columns = ['seq', ...MESSAGE_KEYS] as const;
/** Chat messages as their copies have them, except what has been recalled. */
const messagesOf = prepareRead<Untyped, Text>(
  sql`SELECT 0, ${storedMessage}
    FROM json_each(${p('ids')}) AS a CROSS JOIN ${messages} AS m ON m.id = a.value
      LEFT JOIN ${users} AS u ON u.id = m.sender_id WHERE m.recalled_at IS NULL`,
  columns,
);
const eventsOf = prepareRead<Untyped, Text>(
  sql`SELECT i.seq, i.type, COALESCE(b.msg_id, i.msg_id), i.from_id, i.from_type, i.dest_id,
      COALESCE(b.content, i.content), i.created_at, NULL, i.device, u.name, u.head_url
    FROM json_each(${p('seqs')}) AS a CROSS JOIN ${inbox} AS i ON i.seq = a.value
      LEFT JOIN ${eventBodies} AS b ON b.id = i.body_id LEFT JOIN ${users} AS u ON u.id = i.from_id`,
  columns,
);

const saidIn = (text: Text): Said => {
  const { fromId, device } = text;
  return { fromId, device, body: JSON.stringify(messageObject(text)) };
};

/** What rows say: a chat message once for all its copies, two queries for all of them together. */
async function readSaid(db: Db, rows: readonly Row[]): Promise<(row: Row) => Said | undefined> {
  const ids = new Set<number>();
  const seqs: number[] = [];
  for (const { seq, messageId } of rows) {
    if (messageId === null) seqs.push(seq);
    else ids.add(messageId);
  }
  const { texts, events } = await db.read({
    texts: messagesOf({ ids: JSON.stringify([...ids]) }),
    events: eventsOf({ seqs: JSON.stringify(seqs) }),
  });
  const byMessage = new Map(texts.map((text) => [text.messageId, saidIn(text)]));
  const bySeq = new Map(events.map((event) => [event.seq, saidIn(event)]));
  return ({ seq, messageId }) => (messageId === null ? bySeq.get(seq) : byMessage.get(messageId));
}

/** What a turn found: `upTo` is as far as it looked. */
export interface Turn {
  readonly upTo: number;
  readonly rung: ReadonlySet<UserId>;
  /** Each user's events, in their order. */
  readonly events: ReadonlyMap<UserId, readonly LiveEvent[]>;
  readonly more: boolean;
}

async function eventsByUser(db: Db, rows: readonly Row[]): Promise<Map<UserId, LiveEvent[]>> {
  const byUser = new Map<UserId, LiveEvent[]>();
  if (rows.length === 0) return byUser;
  const saidBy = await readSaid(db, rows);
  for (const row of rows) {
    const said = saidBy(row);
    if (!said) continue;
    const event = { seq: row.seq, said };
    const others = byUser.get(row.userId);
    if (others) others.push(event);
    else byUser.set(row.userId, [event]);
  }
  return byUser;
}

/** Everybody's events behind `after`; complete for those whom `listens` names. */
export async function readTurn(db: Db, after: number, listens: (user: UserId) => boolean): Promise<Turn> {
  const rows = await db.read(readNew({ after, limit: PAGE }));
  return {
    upTo: rows.at(-1)?.seq ?? after,
    rung: new Set(rows.map(({ userId }) => userId)),
    events: await eventsByUser(
      db,
      rows.filter(({ userId }) => listens(userId)),
    ),
    more: rows.length === PAGE,
  };
}

/** The end of the sequence. */
export async function endOfSequence(db: Db): Promise<number> {
  const [row] = await db.read(readLast());
  return row?.last ?? 0;
}
