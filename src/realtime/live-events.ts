import { sql } from 'drizzle-orm';
import { eventBodies, inbox } from '../../db/schema/inbox.ts';
import { messages } from '../../db/schema/messages.ts';
import { users } from '../../db/schema/users.ts';
import type { MessageId, UserId } from '../core/ids.ts';
import type { Db } from '../platform/database/db.ts';
import { p, prepareRead } from '../platform/database/query.ts';
import { EVERYBODY } from './audience.ts';
import { type GroupReaders, readChangedReadings, readReadings } from './group-readers.ts';
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

/** Hand-overs to listeners that one turn makes at most, or one more row's. */
const OFFERS = 50_000;

type Row = Record<string, number | null> & {
  seq: number;
  /** Below 0 a group's. */
  userId: UserId;
  messageId: MessageId | null;
  exceptId: UserId | null;
};
const readNew = prepareRead<{ after: number; limit: number }, Row>(
  sql`SELECT seq, user_id, message_id, except_id FROM ${inbox} WHERE seq > ${p('after')} ORDER BY seq LIMIT ${p('limit')}`,
  ['seq', 'userId', 'messageId', 'exceptId'],
);
/** The newest event of the inbox, of whoever. */
export const readLast = prepareRead<void, { last: number }>(sql`SELECT ${lastSeq}`, ['last']);

type Text = Record<string, string | number | null> & InboxRow;
const columns = ['seq', ...MESSAGE_KEYS] as const;
/** Chat messages as their copies have them, except what has been recalled. */
const messagesOf = prepareRead<{ ids: string }, Text>(
  sql`SELECT 0, ${storedMessage}
    FROM json_each(${p('ids')}) AS a CROSS JOIN ${messages} AS m ON m.id = a.value
      LEFT JOIN ${users} AS u ON u.id = m.sender_id WHERE m.recalled_at IS NULL`,
  columns,
);
const eventsOf = prepareRead<{ seqs: string }, Text>(
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
  /** Those whose bell is to ring. */
  readonly rung: ReadonlySet<UserId>;
  readonly heard: readonly Heard[];
  /** The turn is the announcement at `upTo`, and nothing else. */
  readonly isAnnouncement: boolean;
  readonly more: boolean;
}

/** One event, or several, and those who listen and get just them, in their order. */
export interface Heard {
  readonly by: Iterable<UserId>;
  readonly events: readonly LiveEvent[];
}

/** The users who are here. */
export interface Present {
  readonly readers: GroupReaders;
  listens(user: UserId): boolean;
  /** Waits for a bell. */
  waits(user: UserId): boolean;
  /** Some of those who have come and of whom `readers` knows nothing, each once. */
  takeStrangers(): readonly UserId[];
}

/** New rows, once `readers` knows of everybody who was here when they had been read. */
async function readRows(db: Db, after: number, { readers, takeStrangers }: Present): Promise<readonly Row[]> {
  const readingsOf = (users: readonly UserId[]) => readReadings({ users: JSON.stringify(users), after });
  const strangers = takeStrangers();
  const { rows, changed, readings } = await db.read({
    rows: readNew({ after, limit: PAGE }),
    changed: readChangedReadings({ after }),
    readings: strangers.length > 0 ? [readingsOf(strangers)] : [],
  });
  readers.change(changed);
  readers.learn(strangers, readings.flat());
  // Those who came meanwhile may have read their own page before these rows were there. Those who come now read them.
  // Of many who come at once, some at a time, so that others have their turn in between.
  for (let late = takeStrangers(); late.length > 0; late = takeStrangers()) {
    await new Promise((rested) => setImmediate(rested));
    readers.learn(late, await db.read(readingsOf(late)));
  }
  return rows;
}

/** A new row, and those who listen and get it. */
interface Offer {
  readonly row: Row;
  readonly by: readonly UserId[];
}

/** Everybody's events behind `after`; complete for those who listen. */
export async function readTurn(db: Db, after: number, present: Present): Promise<Turn> {
  const rows = await readRows(db, after, present);
  const rung = new Set<UserId>();
  const offers: Offer[] = [];
  let [upTo, count] = [after, 0];
  const isAnnouncement = rows[0]?.userId === EVERYBODY;
  for (const row of rows) {
    if (count >= OFFERS) break;
    // It goes to more than one turn may serve, and so has one of its own.
    if (row.userId === EVERYBODY) {
      if (isAnnouncement) upTo = row.seq;
      break;
    }
    const owners = row.userId < 0 ? present.readers.of(-row.userId, row.seq) : [row.userId];
    const by: UserId[] = [];
    for (const user of owners) {
      if (present.waits(user)) rung.add(user);
      if (user !== row.exceptId && present.listens(user)) by.push(user);
    }
    if (by.length > 0) offers.push({ row, by });
    count += by.length;
    upTo = row.seq;
  }
  const heard = await heardIn(db, offers);
  const more = rows.length === PAGE || upTo !== (rows.at(-1)?.seq ?? after);
  return { upTo, rung, heard, isAnnouncement, more };
}

async function heardIn(db: Db, offers: readonly Offer[]): Promise<readonly Heard[]> {
  if (offers.length === 0) return [];
  const saidBy = await readSaid(
    db,
    offers.map(({ row }) => row),
  );
  const heard = offers.flatMap(({ row, by }) => {
    const said = saidBy(row);
    return said ? [{ by, events: [{ seq: row.seq, said }] }] : [];
  });
  // The usual case: one event for a whole group.
  return heard.length > 1 ? byUser(heard) : heard;
}

/** Everything for one user together. */
function byUser(heard: readonly Heard[]): readonly Heard[] {
  const all = new Map<UserId, LiveEvent[]>();
  for (const { by, events } of heard) {
    for (const user of by) {
      const others = all.get(user);
      if (others) others.push(...events);
      else all.set(user, [...events]);
    }
  }
  return Array.from(all, ([user, events]) => ({ by: [user], events }));
}

/** The end of the sequence. */
export async function endOfSequence(db: Db): Promise<number> {
  const [row] = await db.read(readLast());
  return row?.last ?? 0;
}
