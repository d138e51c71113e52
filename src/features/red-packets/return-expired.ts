import { sql } from 'drizzle-orm';
import { DEST } from '../../../db/schema/dest.ts';
import { PACKET, redPacketShares, redPackets } from '../../../db/schema/red-packets.ts';
import { yuanSql } from '../../core/fen-sql.ts';
import type { RedPacketId, UserId } from '../../core/ids.ts';
import type { Allowance } from '../../core/in-slices.ts';
import { systemSql } from '../../ledger/accounts.ts';
import { writeBills } from '../../ledger/bills.ts';
import { endOverdue, nextPage } from '../../ledger/end-overdue.ts';
import {
  JOURNAL_OPEN,
  type JournalValues,
  journalValues,
  moveMoney,
  openJournal,
} from '../../ledger/journal.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { eventValues, prepareEvent } from '../../realtime/events.ts';
import { EVENT, FROM } from '../../realtime/message-types.ts';

/** What the statements here want. */
type Wanted = JournalValues & {
  readonly now: number;
  readonly packet: RedPacketId;
  readonly owner: UserId;
};

const packet = p('packet');
type Expired = {
  readonly id: RedPacketId;
  readonly userId: UserId;
  readonly destType: number;
  readonly destId: number;
  readonly expiresAt: number;
};
const findExpired = prepareRead<{ now: number; afterTime: number; afterId: number }, Expired>(
  sql`SELECT id, user_id, dest_type, dest_id, expires_at FROM ${redPackets}
    WHERE status = ${PACKET.open} AND expires_at <= ${p('now')} AND ${nextPage()}`,
  ['id', 'userId', 'destType', 'destId', 'expiresAt'],
);
/** The mark: from here on nobody opens it, and no second run returns it. */
const close = prepareChange<Wanted>(
  sql`UPDATE ${redPackets} SET status = ${PACKET.returned}, finished_at = ${p('now')}, returned_by = ${p('journal_id')}
    WHERE id = ${packet} AND status = ${PACKET.open} AND expires_at <= ${p('now')}`,
);
const closed = sql`EXISTS (SELECT 1 FROM ${redPackets} WHERE id = ${packet} AND returned_by = ${p('journal_id')})`;
const rest = sql`(SELECT SUM(amount) FROM ${redPacketShares} WHERE packet_id = ${packet} AND user_id IS NULL)`;
const openBooks = openJournal<{ packet: RedPacketId }>('red_packet_returned', closed, packet);
const giveBack = moveMoney<{ owner: UserId; packet: RedPacketId }>({
  from: systemSql('redPackets'),
  to: p('owner'),
  amount: rest,
});
const bill = writeBills<{ owner: UserId; packet: RedPacketId; destType: number }>({
  user: p('owner'),
  type: 'redPacketReturned',
  direction: 'in',
  amount: rest,
  withType: p('destType'),
  withId: packet,
});
const tell = prepareEvent<Wanted>(
  sql`SELECT ${p('owner')} AS user_id WHERE ${JOURNAL_OPEN}`,
  sql`json_object('redPacketId', ${packet}, 'msg', (SELECT content FROM ${redPackets} WHERE id = ${packet}),
    'amount', ${yuanSql(rest)})`,
);

async function giveOneBack(platform: Platform, expired: Expired, now: number): Promise<number> {
  const { id, userId, destType, destId } = expired;
  const source = destType === DEST.group ? { fromType: FROM.group, dest: destId } : { fromType: FROM.person };
  const event = eventValues(platform, { type: EVENT.redPacketReturned, from: destId, ...source });
  const journal = journalValues(platform.ids, now);
  const values = { ...event, ...journal, packet: id, owner: userId, destType, now };
  const { done } = await platform.db.write({
    done: close(values),
    openBooks: openBooks(values),
    giveBack: giveBack(values),
    bill: bill(values),
    tell: tell(values),
  });
  return done;
}

/**
 * Gives back what nobody took within 24 hours (bill 7, event 22), each packet in a batch of its own and
 * once, whoever opens it at the same moment. @returns how many
 */
export async function returnExpiredPackets(platform: Platform, allowance?: Allowance): Promise<number> {
  const now = platform.clock.now();
  return endOverdue(
    platform,
    'red packets',
    async (after) => await platform.db.read(findExpired({ now, ...after })),
    (expired) => giveOneBack(platform, expired, now),
    allowance,
  );
}
