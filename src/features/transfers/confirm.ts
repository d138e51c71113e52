import { sql } from 'drizzle-orm';
import { TRANSFER, transfers } from '../../../db/schema/transfers.ts';
import type { JournalId, TransferId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import { replyRow } from '../../http/idempotency.ts';
import { systemSql } from '../../ledger/accounts.ts';
import { writeBills } from '../../ledger/bills.ts';
import { JOURNAL_OPEN, moveMoney, openJournal } from '../../ledger/journal.ts';
import { nameOf } from '../../ledger/names.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { eventValues, prepareEvent } from '../../realtime/events.ts';
import { EVENT, FROM } from '../../realtime/message-types.ts';
import { ofTransfer, transferCard } from './record.ts';

const [me, transfer] = [p('me'), p('transfer')];

const open = openJournal(
  'transfer_confirmed',
  sql`EXISTS (SELECT 1 FROM ${transfers} WHERE id = ${transfer} AND payee_id = ${me} AND status = ${TRANSFER.waits} AND expires_at > ${p('now')})`,
  transfer,
);
const end = prepareChange(
  sql`UPDATE ${transfers} SET status = ${TRANSFER.confirmed}, confirmed_at = ${p('now')}, ended_by = ${p('journal')}
    WHERE id = ${transfer} AND status = ${TRANSFER.waits} AND ${JOURNAL_OPEN}`,
);
const pay = moveMoney({ from: systemSql('transfers'), to: me, amount: ofTransfer('amount') });
const group = ofTransfer('group_id');
const bill = writeBills({
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
const tellFriend = prepareEvent(recipient('IS NULL'), transferCard);
const tellInGroup = prepareEvent(recipient('IS NOT NULL'), transferCard, { from: group, dest: group });
const remember = replyRow(JOURNAL_OPEN);

/**
 * Takes the money of a transfer to the caller (listing 204), once and within its 24 hours, whether the two are
 * still friends or not. Event 20. Refuses `NOT_WAITING`.
 */
export async function confirmTransfer<Reply>(
  context: CallerContext,
  id: TransferId,
  reply: Reply,
): Promise<Reply> {
  const values = {
    me: context.caller.userId,
    transfer: id,
    journal: context.ids.next<JournalId>(),
    now: context.clock.now(),
  };
  const type = EVENT.transferConfirmed;
  const event = (fromType: number) => ({
    ...eventValues(context, { type, from: values.me, fromType }),
    ...values,
  });
  const [opened] = await context.db.write(
    open(values),
    pay(values),
    bill(values),
    end(values),
    tellFriend(event(FROM.person)),
    tellInGroup(event(FROM.group)),
    ...context.remember(reply, remember, values),
  );
  return opened > 0 ? reply : refuse('NOT_WAITING');
}
