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
import type { Db } from '../../platform/database/db.ts';
import { p, prepareRead, type Values } from '../../platform/database/query.ts';
import { type Found, lookThrough, type Place, prepareSearch } from '../../platform/database/search.ts';

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

/** Which packets are wanted: of this amount and state, where these are not null. */
export type Wanted = { readonly fen: number | null; readonly status: PacketStatus | null };
type OfUser = Wanted & { readonly user: UserId };

/** As the sender has typed it (of each share, where these are equal), or of all together. */
const isAmount = sql`(${p('fen')} IS NULL OR rp.amount = ${p('fen')} OR ${total} = ${p('fen')})`;
const isState = sql`(${p('status')} IS NULL OR rp.status = ${p('status')})`;
const isWanted = sql`${isAmount} AND ${isState}`;
const packets = sql`${redPackets} AS rp`;
const search = <Of extends Values>(whose: SQL) =>
  prepareSearch<Of, Looked>({ through: packets, id: sql`rp.id`, whose, isWanted }, columns, COLUMNS);
const sent = search<OfUser>(sql`rp.user_id = ${p('user')}`);
const ofAmount = search<Wanted>(sql`rp.amount = ${p('fen')}`);
const ofAll = search<Wanted>(sql`true`);
const shares = sql`${redPacketShares} AS taken`;
const opened = prepareSearch<OfUser, Looked>(
  {
    through: shares,
    from: sql`${shares} CROSS JOIN ${packets} ON rp.id = taken.packet_id`,
    id: sql`taken.packet_id`,
    whose: sql`taken.user_id = ${p('user')}`,
    isWanted: sql`rp.user_id <> ${p('user')} AND (${isAmount} OR taken.amount = ${p('fen')}) AND ${isState}`,
  },
  columns,
  COLUMNS,
);

/** A page of packets, newest first, and how many there are: that one person has sent or opened, or of everybody. */
export async function lookForPackets(
  db: Db,
  wanted: Wanted,
  user: UserId | undefined,
  place: Place,
): Promise<Found<Looked>> {
  const { fen, status } = wanted;
  const isAny = status === null;
  if (user === undefined) return lookThrough(db, [(fen === null ? ofAll : ofAmount)(wanted, place, isAny)]);
  const of = { ...wanted, user };
  // Of what they have opened, their own are not wanted.
  return lookThrough(db, [sent(of, place, isAny && fen === null), opened(of, place)]);
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
const sharesOf = prepareRead<{ packet: RedPacketId }, OpenedShare>(
  sql`SELECT user_id, amount, opened_at, journal_id, reversed FROM ${redPacketShares}
    WHERE packet_id = ${p('packet')} AND user_id IS NOT NULL ORDER BY position`,
  ['user', 'amount', 'openedAt', 'journal', 'reversed'],
);
/** One of them, with the shares that were opened. */
export async function lookAtPacket(db: Db, packet: RedPacketId) {
  const found = await db.read({ packet: one({ packet }), shares: sharesOf({ packet }) });
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
