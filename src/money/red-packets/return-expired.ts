import { sql } from 'drizzle-orm';
import { redPacketShares, redPackets } from '../../../db/schema/red-packets.ts';
import type { Platform } from '../../context.ts';
import type { JournalId, RedPacketId } from '../../ids.ts';
import { prepareChange, prepareSql } from '../../platform/database/query.ts';
import { EVENT, eventValues, FROM, prepareEvent } from '../../realtime/events.ts';
import { systemSql } from '../ledger/accounts.ts';
import { writeBills } from '../ledger/bills.ts';
import { JOURNAL_OPEN, moveMoney, openJournal } from '../ledger/journal.ts';

/** Packets returned in one run; what is left waits for the next. */
const AT_ONCE = 200;

const p = (name: string) => sql`${sql.placeholder(name)}`;
const packet = p('packet');
const findExpired = prepareSql<{ id: RedPacketId; userId: number; destType: number; destId: number }>(
  sql`SELECT id, user_id, dest_type, dest_id FROM ${redPackets} WHERE status = 1 AND expires_at <= ${p('now')}
    ORDER BY expires_at LIMIT ${sql.raw(String(AT_ONCE))}`,
  ['id', 'userId', 'destType', 'destId'],
);
/** The mark: from here on nobody opens it, and no second run returns it. */
const close = prepareChange(
  sql`UPDATE ${redPackets} SET status = 3, finished_at = ${p('now')}, returned_by = ${p('journal')}
    WHERE id = ${packet} AND status = 1 AND expires_at <= ${p('now')}`,
);
const closed = sql`EXISTS (SELECT 1 FROM ${redPackets} WHERE id = ${packet} AND returned_by = ${p('journal')})`;
const rest = sql`(SELECT SUM(amount) FROM ${redPacketShares} WHERE packet_id = ${packet} AND user_id IS NULL)`;
const openBooks = openJournal('red_packet_returned', closed, packet);
const giveBack = moveMoney({ from: systemSql('redPackets'), to: p('owner'), amount: rest });
const bill = writeBills({
  user: p('owner'),
  type: 'redPacketReturned',
  direction: 'in',
  amount: rest,
  withType: p('destType'),
  withId: packet,
});
const tell = prepareEvent(
  sql`SELECT ${p('owner')} AS user_id WHERE ${JOURNAL_OPEN}`,
  sql`json_object('redPacketId', ${packet}, 'msg', (SELECT content FROM ${redPackets} WHERE id = ${packet}),
    'amount', printf('%d.%02d', ${rest} / 100, ${rest} % 100))`,
);

/**
 * Gives back what nobody took within 24 hours (bill 7, event 22), each packet in a batch of its own and
 * once, whoever opens it at the same moment.
 */
export async function returnExpiredPackets(platform: Platform): Promise<number> {
  const { db, clock, ids } = platform;
  const now = clock.now();
  const [expired] = await db.read(findExpired({ now }));
  let returned = 0;
  for (const { id, userId, destType, destId } of expired) {
    const fromType = destType === 2 ? FROM.group : FROM.person;
    const event = eventValues(platform, { type: EVENT.redPacketReturned, from: destId, fromType });
    const values = { ...event, packet: id, owner: userId, destType, journal: ids.next<JournalId>(), now };
    const [done] = await db.write(
      close(values),
      openBooks(values),
      giveBack(values),
      bill(values),
      tell(values),
    );
    returned += done;
  }
  return returned;
}
