import { sql } from 'drizzle-orm';
import { DEST, type Dest } from '../../../db/schema/dest.ts';
import {
  PACKET_TYPE,
  type PacketType,
  redPacketGuests,
  redPacketShares,
  redPackets,
} from '../../../db/schema/red-packets.ts';
import { type Fen, fen } from '../../core/fen.ts';
import type { RedPacketId, UserId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import { replyRow } from '../../http/idempotency.ts';
import type { PasswordMd5 } from '../../http/params.ts';
import { canPay, systemSql } from '../../ledger/accounts.ts';
import { writeBills } from '../../ledger/bills.ts';
import {
  JOURNAL_OPEN,
  type JournalValues,
  journalValues,
  moveMoney,
  openJournal,
} from '../../ledger/journal.ts';
import {
  type WithoutPasswordValues,
  withinPasswordlessLimits,
  withoutPasswordValues,
} from '../../ledger/without-password.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { eventValues, prepareEvent } from '../../realtime/events.ts';
import { EVENT, FROM } from '../../realtime/message-types.ts';
import { areFriends, blockedEitherWay, everyoneIn, isMemberOf } from '../../realtime/relations.ts';
import { isMuted } from '../groups/sanctions.ts';
import { countWrongPayPassword, explainPayPassword, payPasswordSet } from '../pay-password/guard.ts';
import {
  missingPayPassword,
  type PayProofValues,
  payPasswordRightOr,
  payProofValues,
  useUpPayProof,
} from '../pay-password/proof.ts';
import { isUnder } from '../steps/conditions.ts';
import { explainStep } from '../steps/standing.ts';
import { mayLeave, noteSpent } from '../wallet-holds/conditions.ts';
import { explainHold } from '../wallet-holds/explain.ts';
import { drawShares } from './draw.ts';

/** What the statements here want. */
type Wanted = PayProofValues &
  WithoutPasswordValues &
  JournalValues & {
    readonly packet: RedPacketId;
    readonly total: Fen;
    readonly meanShare: number;
    readonly dest: number;
    readonly destType: number;
    readonly guests: string;
    readonly count: number;
    readonly packetType: number;
    readonly amount: Fen;
    readonly words: string;
    readonly command: string;
    readonly expiresAt: number;
    readonly shares: string;
  };

/** What nobody took goes back after this (docs/decisions.md#red-packets). */
export const PACKET_LIFE_MS = 24 * 3600 * 1000;

const [me, dest, total] = [p('me'), p('dest'), p('total')];

const guestCount = sql`json_array_length(${p('guests')})`;
/** Those who may open it are members now, as many as there are shares, and not only people behind a block. */
const guestsFit = sql`(${guestCount} = 0 OR (${guestCount} >= ${p('count')}
  AND EXISTS (SELECT 1 FROM json_each(${p('guests')}) AS invited WHERE NOT ${blockedEitherWay(me, sql`invited.value`)})
  AND (SELECT count(*) FROM json_each(${p('guests')}) AS guest WHERE ${isMemberOf(dest, sql`guest.value`)}) = ${guestCount}))`;
/** No share may exceed the limit: random ones are drawn within it (`sharesOf`), which their mean must allow. */
const withinLimits = withinPasswordlessLimits(p('meanShare'), total);
const mayPay = sql`${mayLeave(total)} AND ${payPasswordRightOr(withinLimits)}`;
const toPerson = sql`${areFriends(me, dest)} AND NOT ${blockedEitherWay(me, dest)} AND NOT ${isUnder('messages', me)}`;
/** A packet's words are read: people who are muted say none. */
const isSilenced = sql`(${isUnder('messages', me)} OR (${p('destType')} = ${DEST.group} AND ${isMuted(dest, me)}))`;
const toGroup = sql`${isMemberOf(dest, me)} AND NOT ${isSilenced} AND ${guestsFit}`;

const open = {
  [DEST.person]: openJournal<Wanted>('red_packet_sent', sql`${mayPay} AND ${toPerson}`, p('packet')),
  [DEST.group]: openJournal<Wanted>('red_packet_sent', sql`${mayPay} AND ${toGroup}`, p('packet')),
} as const;
const useUpProof = useUpPayProof<Wanted>(JOURNAL_OPEN, withinLimits);
const insertPacket = prepareChange<Wanted>(
  sql`INSERT INTO ${redPackets} (id, user_id, type, count, amount, content, command, dest_type, dest_id, is_addressed, sent_at, expires_at)
    SELECT ${p('packet')}, ${me}, ${p('packetType')}, ${p('count')}, ${p('amount')}, ${p('words')}, ${p('command')},
      ${p('destType')}, ${dest}, ${guestCount} > 0, ${p('now')}, ${p('expiresAt')} WHERE ${JOURNAL_OPEN}`,
);
const insertShares = prepareChange<Wanted>(
  sql`INSERT INTO ${redPacketShares} (packet_id, position, amount)
    SELECT ${p('packet')}, share.key, share.value FROM json_each(${p('shares')}) AS share WHERE ${JOURNAL_OPEN}`,
);
const insertGuests = prepareChange<Wanted>(
  sql`INSERT INTO ${redPacketGuests} (packet_id, user_id)
    SELECT ${p('packet')}, guest.value FROM json_each(${p('guests')}) AS guest WHERE ${JOURNAL_OPEN}`,
);
const hold = moveMoney<{ me: UserId; total: Fen }>({ from: me, to: systemSql('redPackets'), amount: total });
const bill = writeBills<Wanted>({
  user: me,
  type: 'redPacketSent',
  direction: 'out',
  amount: total,
  withType: p('destType'),
  withId: dest,
});
const tell = {
  [DEST.person]: prepareEvent<Wanted>(sql`SELECT ${dest} AS user_id WHERE ${JOURNAL_OPEN}`),
  [DEST.group]: prepareEvent<Wanted>(sql`${everyoneIn(dest)} AND ${JOURNAL_OPEN}`),
} as const;
const remember = replyRow<JournalValues>(JOURNAL_OPEN);
const obstacles = prepareRead<
  Wanted,
  Record<'silenced' | 'covered' | 'withinLimits' | 'hasPassword', number>
>(sql`SELECT ${isSilenced}, ${canPay(me, total)}, ${withinLimits}, ${payPasswordSet}`, [
  'silenced',
  'covered',
  'withinLimits',
  'hasPassword',
]);

export interface NewRedPacket {
  readonly destType: Dest;
  readonly dest: number;
  readonly type: PacketType;
  readonly count: number;
  /** Of the whole packet; of each share where the shares are equal. */
  readonly amount: Fen;
  readonly content: string;
  readonly command: string;
  /** Those who alone may open it; empty: every member. */
  readonly guests: readonly UserId[];
  readonly password: PasswordMd5 | undefined;
}

async function explain(context: CallerContext, values: Wanted, withPassword: boolean): Promise<never> {
  const [found] = await context.db.read(obstacles(values));
  if (found?.silenced) await explainStep(context, 'messages', 'SILENCED');
  if (found?.silenced) return refuse('SILENCED');
  if (!found?.covered) return refuse('NOT_COVERED');
  if (!withPassword && !found.withinLimits) return refuse(missingPayPassword(found.hasPassword > 0));
  await explainHold(context, values, values.total);
  return refuse('NOT_SENT');
}

/**
 * What each share gets. Without the pay password none exceeds its limit; where the mean does, the packet needs the
 * password or a proof of it anyway.
 */
function sharesOf({ config, random }: CallerContext, packet: NewRedPacket): Fen[] {
  const { type, amount, count, password } = packet;
  if (type === PACKET_TYPE.equal) return Array.from({ length: count }, () => amount);
  const isWithin = password === undefined && Math.ceil(amount / count) <= config.PASSWORDLESS_MAX;
  return drawShares(amount, count, random, isWithin ? config.PASSWORDLESS_MAX : undefined);
}

/**
 * Sends a red packet (listing 28): its money goes into escrow, its shares are drawn now, the addressee or
 * every member is told (event 17).
 * @returns its number; refuses `NOT_SENT`, `SILENCED`, `NOT_COVERED` and the pay password's reasons
 */
export async function sendRedPacket(context: CallerContext, packet: NewRedPacket): Promise<RedPacketId> {
  const { destType, dest: to, type, count, amount, content, command, guests, password } = packet;
  if ((destType === DEST.person && count !== 1) || (type !== PACKET_TYPE.equal && amount < count))
    refuse('NOT_SENT');
  if (type === PACKET_TYPE.command && command === '') refuse('NOT_SENT');
  if (destType === DEST.person && guests.length > 0) refuse('NOT_SENT');
  const shares = sharesOf(context, packet);
  const sum = fen(shares.reduce((all, share) => all + share, 0));
  const now = context.clock.now();
  const id = context.ids.next<RedPacketId>();
  const words = type === PACKET_TYPE.command ? command : content;
  const message = { redPacketId: id, msg: words, command, redPacketType: String(type) };
  const from = context.caller.userId;
  const event = eventValues(context, {
    type: EVENT.redPacketSent,
    from,
    fromType: destType === DEST.person ? FROM.person : FROM.group,
    content: message,
    ...(destType === DEST.group ? { dest: to } : {}),
  });
  const values = {
    ...payProofValues(context, password),
    ...withoutPasswordValues(context),
    ...journalValues(context.ids, now),
    packet: id,
    destType,
    dest: to,
    packetType: type,
    count,
    amount,
    total: sum,
    meanShare: Math.ceil(sum / count),
    words,
    command,
    shares: JSON.stringify(shares),
    guests: JSON.stringify(guests),
    now,
    expiresAt: now + PACKET_LIFE_MS,
  };
  const { counted, opened } = await context.db.write({
    noteSpent: noteSpent(values),
    counted: countWrongPayPassword(values),
    opened: open[destType](values),
    useUpProof: useUpProof(values),
    insertPacket: insertPacket(values),
    insertShares: insertShares(values),
    insertGuests: insertGuests(values),
    hold: hold(values),
    bill: bill(values),
    tell: tell[destType]({ ...values, ...event }),
    reply: context.remember({ info: id }, remember, values),
  });
  if (opened > 0) return id;
  await explainPayPassword(context, counted, values);
  return explain(context, values, password !== undefined);
}
