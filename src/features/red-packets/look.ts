import { type SQL, sql } from 'drizzle-orm';
import { DEST, type Dest } from '../../../db/schema/dest.ts';
import {
  PACKET,
  PACKET_TYPE,
  type PacketStatus,
  type PacketType,
  redPacketShares,
  redPackets,
} from '../../../db/schema/red-packets.ts';
import type { JournalId, RedPacketId, UserId } from '../../core/ids.ts';
import { LIST_SIZE, MOST_COUNTED } from '../../core/operator-page.ts';
import type { Db } from '../../platform/database/db.ts';
import { p, prepareRead } from '../../platform/database/query.ts';

/** A red packet as operators look at it, without its words. Amounts in fen, times epoch ms. */
export type Looked = {
  readonly id: RedPacketId;
  readonly sender: UserId;
  readonly destType: Dest;
  readonly dest: number;
  readonly type: PacketType;
  readonly count: number;
  /** Of all shares together. */
  readonly total: number;
  /** Of the shares that nobody has opened. */
  readonly left: number;
  readonly opened: number;
  readonly status: PacketStatus;
  readonly sentAt: number;
  readonly expiresAt: number;
  readonly finishedAt: number | null;
  readonly returnedBy: JournalId | null;
};
const COLUMNS = [
  'id',
  'sender',
  'destType',
  'dest',
  'type',
  'count',
  'total',
  'left',
  'opened',
  'status',
  'sentAt',
  'expiresAt',
  'finishedAt',
  'returnedBy',
] as const;
const total = sql`CASE rp.type WHEN ${PACKET_TYPE.equal} THEN rp.amount * rp.count ELSE rp.amount END`;
/** Those that nobody has opened have an index of their own. */
const unopened = (what: SQL) =>
  sql`(SELECT ${what} FROM ${redPacketShares} AS s WHERE s.packet_id = rp.id AND s.user_id IS NULL)`;
const columns = sql`rp.id, rp.user_id, rp.dest_type, rp.dest_id, rp.type, rp.count, ${total},
  COALESCE(${unopened(sql`SUM(s.amount)`)}, 0), rp.count - ${unopened(sql`count(*)`)}, rp.status, rp.sent_at, rp.expires_at,
  rp.finished_at, rp.returned_by`;

/** Which packets are wanted: numbered so, and of this amount and state where these are not null. */
export type Filter = {
  readonly fromId: number;
  readonly toId: number;
  readonly fen: number | null;
  readonly status: PacketStatus | null;
};
type Of = Filter & { readonly user: UserId };
type Behind = { readonly before: number };

const isState = sql`(${p('status')} IS NULL OR rp.status = ${p('status')})`;
const inRange = (id: SQL) => sql`${id} >= ${p('fromId')} AND ${id} < ${p('toId')}`;
const newest = (id: SQL) =>
  sql`${id} < ${p('before')} ORDER BY ${id} DESC LIMIT ${sql.raw(String(LIST_SIZE))}`;

const queries = <Wanted extends Filter>(from: SQL, whose: SQL, id: SQL) => {
  const wanted = sql`FROM ${from} WHERE ${whose} AND ${inRange(id)} AND ${isState}`;
  return {
    rows: prepareRead<Wanted & Behind, Looked>(sql`SELECT ${columns} ${wanted} AND ${newest(id)}`, COLUMNS),
    count: prepareRead<Wanted, { total: number }>(
      sql`SELECT count(*) FROM (SELECT 1 ${wanted} LIMIT ${sql.raw(String(MOST_COUNTED))})`,
      ['total'],
    ),
  };
};
const packets = sql`${redPackets} AS rp`;
const own = sql`rp.id`;
/** As the sender has typed it (of each share, where these are equal), or of all together. */
const isAmount = sql`(${p('fen')} IS NULL OR rp.amount = ${p('fen')} OR ${total} = ${p('fen')})`;
const sent = queries<Of>(packets, sql`rp.user_id = ${p('user')} AND ${isAmount}`, own);
const opened = queries<Of>(
  sql`${redPacketShares} AS taken CROSS JOIN ${redPackets} AS rp ON rp.id = taken.packet_id`,
  sql`taken.user_id = ${p('user')} AND rp.user_id <> ${p('user')}
    AND (${p('fen')} IS NULL OR taken.amount = ${p('fen')} OR rp.amount = ${p('fen')} OR ${total} = ${p('fen')})`,
  sql`taken.packet_id`,
);
const ofAmount = queries<Filter>(packets, sql`rp.amount = ${p('fen')}`, own);
const ofAll = queries<Filter>(packets, sql`${p('fen')} IS NULL`, own);

/** A page of packets, newest first, and how many there are: that one person has sent or opened, or of everybody. */
export async function lookForPackets(db: Db, filter: Filter, user: UserId | undefined, before: number) {
  const behind = { ...filter, before };
  if (user === undefined) {
    const of = filter.fen === null ? ofAll : ofAmount;
    const { rows, total } = await db.read({ rows: of.rows(behind), total: of.count(filter) });
    return { rows, total: total[0]?.total ?? 0 };
  }
  const found = await db.read({
    sent: sent.rows({ ...behind, user }),
    opened: opened.rows({ ...behind, user }),
    sentTotal: sent.count({ ...filter, user }),
    openedTotal: opened.count({ ...filter, user }),
  });
  const rows = [...found.sent, ...found.opened].sort((a, b) => b.id - a.id).slice(0, LIST_SIZE);
  return { rows, total: (found.sentTotal[0]?.total ?? 0) + (found.openedTotal[0]?.total ?? 0) };
}

const one = prepareRead<{ packet: RedPacketId }, Looked>(
  sql`SELECT ${columns} FROM ${packets} WHERE rp.id = ${p('packet')}`,
  COLUMNS,
);
/** A share that somebody has opened. */
export type OpenedShare = {
  readonly user: UserId;
  readonly amount: number;
  readonly openedAt: number;
  readonly journal: JournalId;
  readonly reversed: number;
};
const shares = prepareRead<{ packet: RedPacketId }, OpenedShare>(
  sql`SELECT user_id, amount, opened_at, journal_id, reversed FROM ${redPacketShares}
    WHERE packet_id = ${p('packet')} AND user_id IS NOT NULL ORDER BY position`,
  ['user', 'amount', 'openedAt', 'journal', 'reversed'],
);
/** One of them, with the shares that were opened. */
export async function lookAtPacket(db: Db, packet: RedPacketId) {
  const found = await db.read({ packet: one({ packet }), shares: shares({ packet }) });
  const [row] = found.packet;
  return row && { ...row, shares: found.shares };
}

/** How a packet stands, in the words of operators. */
export const PACKET_STATES = ['open', 'taken', 'returned'] as const;
export const packetState = (status: PacketStatus): (typeof PACKET_STATES)[number] =>
  PACKET_STATES.find((word) => PACKET[word] === status) ?? 'open';
/** What kind of packet it is. */
export const PACKET_KINDS = ['random', 'equal', 'command'] as const;
export const packetKind = (type: PacketType): (typeof PACKET_KINDS)[number] =>
  PACKET_KINDS.find((word) => PACKET_TYPE[word] === type) ?? 'random';
/** To whom it was sent: `user 100017`, `group 100003`. */
export const packetDest = ({ destType, dest }: Pick<Looked, 'destType' | 'dest'>): string =>
  `${destType === DEST.group ? 'group' : 'user'} ${dest}`;
