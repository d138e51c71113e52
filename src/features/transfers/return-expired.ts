import { sql } from 'drizzle-orm';
import { TRANSFER, transfers } from '../../../db/schema/transfers.ts';
import type { GroupId, TransferId, UserId } from '../../core/ids.ts';
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
import { nameOf } from '../../ledger/names.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { eventValues, prepareEventToOne } from '../../realtime/events.ts';
import { EVENT, FROM } from '../../realtime/message-types.ts';
import { ofTransfer, transferCard } from './record.ts';

/** What the statements here want. */
type Wanted = JournalValues & {
  readonly transfer: TransferId;
};

const transfer = p('transfer');

type Expired = {
  readonly id: TransferId;
  readonly payerId: UserId;
  readonly payeeId: UserId;
  readonly groupId: GroupId | null;
  readonly expiresAt: number;
};
const findExpired = prepareRead<{ now: number; afterTime: number; afterId: number }, Expired>(
  sql`SELECT id, payer_id, payee_id, group_id, expires_at FROM ${transfers}
    WHERE status = ${TRANSFER.waits} AND expires_at <= ${p('now')} AND ${nextPage()}`,
  ['id', 'payerId', 'payeeId', 'groupId', 'expiresAt'],
);
const open = openJournal<{ transfer: TransferId; now: number }>(
  'transfer_returned',
  sql`EXISTS (SELECT 1 FROM ${transfers} WHERE id = ${transfer} AND status = ${TRANSFER.waits} AND expires_at <= ${p('now')})`,
  transfer,
);
const end = prepareChange<Wanted>(
  sql`UPDATE ${transfers} SET status = ${TRANSFER.returned}, ended_by = ${p('journal_id')} WHERE id = ${transfer} AND status = ${TRANSFER.waits} AND ${JOURNAL_OPEN}`,
);
const giveBack = moveMoney<{ transfer: TransferId }>({
  from: systemSql('transfers'),
  to: ofTransfer('payer_id'),
  amount: ofTransfer('amount'),
});
const bill = writeBills<{ transfer: TransferId }>({
  user: ofTransfer('payer_id'),
  type: 'transferReturned',
  direction: 'in',
  amount: ofTransfer('amount'),
  withType: 'other',
  withId: transfer,
  content: nameOf(ofTransfer('payee_id')),
});
const tell = prepareEventToOne<Wanted>(JOURNAL_OPEN, transferCard);

async function giveOneBack(platform: Platform, expired: Expired, now: number): Promise<number> {
  const { id, payerId, payeeId, groupId } = expired;
  const source =
    groupId === null
      ? { from: payeeId, fromType: FROM.person }
      : { from: groupId, fromType: FROM.group, dest: groupId };
  const event = eventValues(platform, { type: EVENT.transferReturned, ...source });
  const values = { ...event, event_to: payerId, transfer: id, ...journalValues(platform.ids, now), now };
  const { opened } = await platform.db.write({
    opened: open(values),
    giveBack: giveBack(values),
    bill: bill(values),
    end: end(values),
    tell: tell(values),
  });
  return opened;
}

/**
 * Gives back what was not confirmed within 24 hours (bill 8, event 21), each transfer in a batch of its own
 * and once, whoever confirms or returns it at the same moment. @returns how many
 */
export async function returnExpiredTransfers(platform: Platform, allowance?: Allowance): Promise<number> {
  const now = platform.clock.now();
  return endOverdue(
    platform,
    'transfers',
    async (after) => await platform.db.read(findExpired({ now, ...after })),
    (expired) => giveOneBack(platform, expired, now),
    allowance,
  );
}
