import { sql } from 'drizzle-orm';
import { TRANSFER, transfers } from '../../../db/schema/transfers.ts';
import type { TransferId, UserId } from '../../core/ids.ts';
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
import { nameOf } from '../../ledger/names.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { eventValues, prepareEvent } from '../../realtime/events.ts';
import { EVENT, FROM } from '../../realtime/message-types.ts';
import { ofTransfer, transferCard } from './record.ts';

/** What the statements here want. */
type Wanted = JournalValues & {
  readonly now: number;
  readonly transfer: TransferId;
};

const [me, transfer] = [p('me'), p('transfer')];

const open = openJournal<{ transfer: TransferId; me: UserId; now: number }>(
  'transfer_confirmed',
  sql`EXISTS (SELECT 1 FROM ${transfers} WHERE id = ${transfer} AND payee_id = ${me} AND status = ${TRANSFER.waits} AND expires_at > ${p('now')})`,
  transfer,
);
const end = prepareChange<Wanted>(
  sql`UPDATE ${transfers} SET status = ${TRANSFER.confirmed}, confirmed_at = ${p('now')}, ended_by = ${p('journal_id')}
    WHERE id = ${transfer} AND status = ${TRANSFER.waits} AND ${JOURNAL_OPEN}`,
);
const pay = moveMoney<{ me: UserId; transfer: TransferId }>({
  from: systemSql('transfers'),
  to: me,
  amount: ofTransfer('amount'),
});
const group = ofTransfer('group_id');
const bill = writeBills<{ me: UserId; transfer: TransferId }>({
  user: me,
  type: 'transferReceived',
  direction: 'in',
  amount: ofTransfer('amount'),
  withType: sql`CASE WHEN ${group} IS NULL THEN 1 ELSE 2 END`,
  withId: sql`COALESCE(${group}, ${ofTransfer('payer_id')})`,
  content: nameOf(ofTransfer('payer_id')),
});
const recipient = (where: 'IS NULL' | 'IS NOT NULL') =>
  sql`SELECT payer_id AS user_id FROM ${transfers} WHERE id = ${transfer} AND group_id ${sql.raw(where)} AND ${JOURNAL_OPEN}`;
/** In a group the notice comes from the group. */
const tellFriend = prepareEvent<Wanted>(recipient('IS NULL'), transferCard);
const tellInGroup = prepareEvent<Wanted>(recipient('IS NOT NULL'), transferCard, {
  from: group,
  dest: group,
});
const remember = replyRow<JournalValues>(JOURNAL_OPEN);

/**
 * Takes the money of a transfer to the caller (listing 204), once and within its 24 hours, whether the two are
 * still friends or not. Event 20. Refuses `NOT_WAITING`.
 */
export async function confirmTransfer<Reply>(
  context: CallerContext,
  id: TransferId,
  reply: Reply,
): Promise<Reply> {
  const now = context.clock.now();
  const values = { me: context.caller.userId, transfer: id, ...journalValues(context.ids, now), now };
  const type = EVENT.transferConfirmed;
  const event = (fromType: number) => ({
    ...values,
    ...eventValues(context, { type, from: values.me, fromType }),
  });
  const { opened } = await context.db.write({
    opened: open(values),
    pay: pay(values),
    bill: bill(values),
    end: end(values),
    tellFriend: tellFriend(event(FROM.person)),
    tellInGroup: tellInGroup(event(FROM.group)),
    reply: context.remember(reply, remember, values),
  });
  return opened > 0 ? reply : refuse('NOT_WAITING');
}
