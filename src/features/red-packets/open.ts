import { sql } from 'drizzle-orm';
import { DEST } from '../../../db/schema/dest.ts';
import {
  PACKET,
  PACKET_TYPE,
  redPacketGuests,
  redPacketShares,
  redPackets,
} from '../../../db/schema/red-packets.ts';
import { users } from '../../../db/schema/users.ts';
import { type Fen, fen } from '../../core/fen.ts';
import { yuanSql } from '../../core/fen-sql.ts';
import type { RedPacketId, UserId } from '../../core/ids.ts';
import { fold } from '../../core/text/fold.ts';
import { envelopeSql } from '../../http/envelope-sql.ts';
import { refuse } from '../../http/failure.ts';
import { replyRow } from '../../http/idempotency.ts';
import { systemSql } from '../../ledger/accounts.ts';
import { writeBills } from '../../ledger/bills.ts';
import {
  JOURNAL_OPEN,
  type JournalValues,
  journalValues,
  moveMoney,
  openJournal,
} from '../../ledger/journal.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { eventValues, prepareEvent } from '../../realtime/events.ts';
import { EVENT } from '../../realtime/message-types.ts';
import { isMemberOf } from '../../realtime/relations.ts';

/** What the statements here want; `command` is null where the app has checked it. */
type Wanted = JournalValues & {
  readonly me: UserId;
  readonly now: number;
  readonly packet: RedPacketId;
  readonly command: string | null;
};

const [me, packet] = [p('me'), p('packet')];

const isGuest = sql`(rp.is_addressed = 0 OR EXISTS (SELECT 1 FROM ${redPacketGuests} WHERE packet_id = rp.id AND user_id = ${me}))`;
const isInvited = sql`CASE rp.dest_type WHEN ${DEST.person} THEN rp.dest_id = ${me}
  ELSE ${isMemberOf(sql`rp.dest_id`, me)} END`;
const hasOpened = sql`EXISTS (SELECT 1 FROM ${redPacketShares} WHERE packet_id = ${packet} AND user_id = ${me})`;
const isOpen = sql`(rp.status = ${PACKET.open} AND rp.expires_at > ${p('now')})`;
const commandFits = sql`(rp.type <> ${PACKET_TYPE.command} OR ${p('command')} IS NULL OR rp.command = ${p('command')})`;

/** The batch's first statement: the next share becomes mine, if I may have one. */
const claimShare = prepareRead<Wanted, { amount: number }>(
  sql`UPDATE ${redPacketShares} SET user_id = ${me}, opened_at = ${p('now')}, journal_id = ${p('journal_id')}
    WHERE packet_id = ${packet}
      AND position = (SELECT MIN(position) FROM ${redPacketShares} WHERE packet_id = ${packet} AND user_id IS NULL)
      AND user_id IS NULL AND NOT ${hasOpened}
      AND EXISTS (SELECT 1 FROM ${redPackets} AS rp WHERE rp.id = ${packet} AND ${isOpen} AND ${isInvited} AND ${isGuest} AND ${commandFits})
    RETURNING amount`,
  ['amount'],
);
const claimed = sql`${redPacketShares} WHERE packet_id = ${packet} AND user_id = ${me} AND journal_id = ${p('journal_id')}`;
const share = sql`(SELECT amount FROM ${claimed})`;
const openBooks = openJournal<{ packet: RedPacketId; me: UserId }>(
  'red_packet_opened',
  sql`EXISTS (SELECT 1 FROM ${claimed})`,
  packet,
);
const pay = moveMoney<{ me: UserId; packet: RedPacketId }>({
  from: systemSql('redPackets'),
  to: me,
  amount: share,
});
const ofPacket = (column: string) => sql`(SELECT ${sql.raw(column)} FROM ${redPackets} WHERE id = ${packet})`;
const bill = writeBills<{ me: UserId; packet: RedPacketId }>({
  user: me,
  type: 'redPacketReceived',
  direction: 'in',
  amount: share,
  withType: ofPacket('dest_type'),
  withId: ofPacket('dest_id'),
  content: sql`(SELECT u.name FROM ${users} AS u JOIN ${redPackets} AS rp ON rp.user_id = u.id WHERE rp.id = ${packet})`,
});
const finish = prepareChange<Wanted>(
  sql`UPDATE ${redPackets} SET status = ${PACKET.taken}, finished_at = ${p('now')}
    WHERE id = ${packet} AND status = ${PACKET.open} AND ${JOURNAL_OPEN}
      AND NOT EXISTS (SELECT 1 FROM ${redPacketShares} WHERE packet_id = ${packet} AND user_id IS NULL)`,
);
/** This batch has given out the last share. */
const finishedNow = sql`rp.id = ${packet} AND rp.status = ${PACKET.taken} AND rp.finished_at = ${p('now')} AND ${JOURNAL_OPEN}`;
/** What a group's packet tells belongs to the group, as the packet itself: `destType` and `fromType` number them alike. */
const groupOrSender = {
  fromType: ofPacket('dest_type'),
  dest: sql`(SELECT CASE dest_type WHEN ${DEST.group} THEN dest_id ELSE user_id END FROM ${redPackets} WHERE id = ${packet})`,
};

const tellOpened = prepareEvent<Wanted>(
  sql`SELECT rp.user_id FROM ${redPackets} AS rp WHERE rp.id = ${packet} AND ${JOURNAL_OPEN}`,
  sql`json_object('redPacketId', ${packet}, 'msg', ${ofPacket('content')})`,
  groupOrSender,
);
const tellFinished = prepareEvent<Wanted>(
  sql`SELECT rp.user_id FROM ${redPackets} AS rp WHERE rp.dest_type = ${DEST.group} AND ${finishedNow}`,
  sql`json_object('redPacketId', ${packet}, 'msg', CAST(${p('now')} - ${ofPacket('sent_at')} AS TEXT))`,
  groupOrSender,
);
const tellCommandFinished = prepareEvent<Wanted>(
  sql`SELECT -rp.dest_id AS user_id FROM ${redPackets} AS rp
    WHERE rp.dest_type = ${DEST.group} AND rp.type = ${PACKET_TYPE.command} AND ${finishedNow}`,
  sql`json_object('redPacketId', ${packet}, 'msg', ${ofPacket('content')})`,
  groupOrSender,
);
/** Only the batch knows the amount, so its reply is written by SQL. */
const rememberShare = replyRow<Wanted>(JOURNAL_OPEN, envelopeSql({ info: yuanSql(share) }));
const readStanding = prepareRead<
  Wanted,
  {
    isGuest: number;
    hasOpened: number;
    isInvited: number;
    commandFits: number;
    isOpen: number;
  }
>(
  sql`SELECT ${isGuest}, ${hasOpened}, ${isInvited}, ${commandFits}, ${isOpen} FROM ${redPackets} AS rp WHERE rp.id = ${packet}`,
  ['isGuest', 'hasOpened', 'isInvited', 'commandFits', 'isOpen'],
);

/** Why nothing was claimed, in the order that the document has. */
async function explain(context: CallerContext, values: Wanted): Promise<never> {
  const [found] = await context.db.read(readStanding(values));
  if (!found) return refuse('NOT_FOUND');
  if (!found.isGuest) return refuse('NOT_INVITED');
  if (found.hasOpened) return refuse('ALREADY_OPENED');
  return refuse(found.isOpen && found.isInvited && !found.commandFits ? 'WRONG_COMMAND' : 'EMPTY');
}

const findCommand = prepareRead<{ packet: RedPacketId }, { command: string }>(
  sql`SELECT command FROM ${redPackets} WHERE id = ${packet}`,
  ['command'],
);

/** The packet's command where what was typed reads alike, else what was typed. A command never changes. */
async function asItIsWritten(context: CallerContext, id: RedPacketId, typed: string): Promise<string> {
  const [found] = await context.db.read(findCommand({ packet: id }));
  return found && fold(found.command) === fold(typed) ? found.command : typed;
}

/**
 * Opens a red packet (listing 29): the next share goes into the caller's wallet, once. A share is safe without
 * an Idempotency-Key; with one, the amount is told again.
 * @param command what was typed; undefined where the app has checked it itself
 * @returns the share; refuses `NOT_FOUND`, `NOT_INVITED`, `ALREADY_OPENED`, `EMPTY`, `WRONG_COMMAND`
 */
export async function openRedPacket(
  context: CallerContext,
  id: RedPacketId,
  command: string | undefined,
): Promise<Fen> {
  const me = context.caller.userId;
  const written = command === undefined ? null : await asItIsWritten(context, id, command);
  const now = context.clock.now();
  const values = { me, packet: id, command: written, ...journalValues(context.ids, now), now };
  const event = (type: number) => ({ ...values, ...eventValues(context, { type, from: me }) });
  const {
    share: [share],
  } = await context.db.write({
    share: claimShare(values),
    openBooks: openBooks(values),
    pay: pay(values),
    bill: bill(values),
    finish: finish(values),
    tellOpened: tellOpened(event(EVENT.redPacketOpened)),
    tellFinished: tellFinished(event(EVENT.redPacketFinished)),
    tellCommandFinished: tellCommandFinished(event(EVENT.commandPacketFinished)),
    reply: context.remember(undefined, rememberShare, values),
  });
  return share ? fen(share.amount) : explain(context, values);
}
