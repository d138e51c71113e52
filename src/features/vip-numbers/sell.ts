import { type SQL, sql } from 'drizzle-orm';
import { paymentOrders } from '../../../db/schema/payment-orders.ts';
import { users } from '../../../db/schema/users.ts';
import { numberOrders, vipNumbers } from '../../../db/schema/vip-numbers.ts';
import type { Fen } from '../../core/fen.ts';
import type { ChangeId, OrderId } from '../../core/ids.ts';
import { systemSql } from '../../ledger/accounts.ts';
import { writeBills } from '../../ledger/bills.ts';
import { JOURNAL_OPEN, type JournalValues, moveMoney, openJournal } from '../../ledger/journal.ts';
import { canTake } from '../../ledger/recharges.ts';
import { p, prepareChange, type Query } from '../../platform/database/query.ts';

/** What the sale of a number wants; `mark_settlement` is the batch's mark. */
export type Sale = JournalValues & {
  readonly order: OrderId;
  readonly amount: Fen;
  readonly now: number;
  readonly mark_settlement: ChangeId;
};

const order = p('order');
const amount = p('amount');
/** This batch has found the order paid (`settle.ts`). */
const settled = sql`EXISTS (SELECT 1 FROM ${paymentOrders} WHERE id = ${order} AND settled_by = ${p('mark_settlement')})`;
const facts = (column: 'number' | 'mobile') =>
  sql`(SELECT ${sql.raw(column)} FROM ${numberOrders} WHERE order_id = ${order})`;
const owner = sql`(SELECT user_id FROM ${paymentOrders} WHERE id = ${order})`;
const sold = sql`EXISTS (SELECT 1 FROM ${numberOrders} WHERE order_id = ${order} AND sold_by = ${p('mark_settlement')})`;

/** Somebody who registers by buying gets an account, unless the mobile was registered meanwhile. */
const makeAccount = prepareChange<Sale>(
  sql`INSERT INTO ${users} (mobile, password_hash, name, nick_name, head_url, created_at, updated_at)
    SELECT n.mobile, n.password_hash, n.name, n.name, n.head_url, ${p('now')}, ${p('now')} FROM ${numberOrders} n
    WHERE n.order_id = ${order} AND n.mobile IS NOT NULL AND ${settled}
      AND NOT EXISTS (SELECT 1 FROM ${users} WHERE mobile = n.mobile)`,
);
const nameOwner = prepareChange<Sale>(
  sql`UPDATE ${paymentOrders} SET user_id = (SELECT id FROM ${users} WHERE mobile = ${facts('mobile')})
    WHERE id = ${order} AND user_id IS NULL AND ${settled}`,
);
/** The mark of a sale: nobody has the number yet, no operator has withheld it since, and its buyer has none. */
const markSold = prepareChange<Sale>(
  sql`UPDATE ${numberOrders} SET sold_by = ${p('mark_settlement')} WHERE order_id = ${order} AND ${settled}
    AND NOT EXISTS (SELECT 1 FROM ${users} WHERE vip_number = ${facts('number')})
    AND EXISTS (SELECT 1 FROM ${vipNumbers} WHERE number = ${facts('number')} AND withheld_at IS NULL)
    AND EXISTS (SELECT 1 FROM ${users} WHERE id = ${owner} AND vip_number IS NULL)`,
);
const giveNumber = prepareChange<Sale>(
  sql`UPDATE ${users} SET vip_number = ${facts('number')}, updated_at = ${p('now')} WHERE id = ${owner} AND ${sold}`,
);
const forgetPassword = prepareChange<Sale>(
  sql`UPDATE ${numberOrders} SET password_hash = '' WHERE order_id = ${order} AND ${settled}`,
);
const markCredited = prepareChange<Sale>(
  sql`UPDATE ${paymentOrders} SET credited_by = ${p('journal_id')} WHERE id = ${order} AND ${JOURNAL_OPEN}`,
);

const bill = (
  type: 'numberPurchase' | 'recharge',
  direction: 'outside' | 'in',
  withType: 'other' | 'person',
  withId: SQL,
) => writeBills<Sale>({ user: owner, type, direction, amount, withType, withId, content: facts('number') });

/** The operator has earned the money; the buyer's bill says that it was paid outside of the wallet. */
const sale = [
  openJournal<Sale>('number_sold', sold, order),
  moveMoney<Sale>({ from: systemSql('cashIn'), to: systemSql('fees'), amount }),
  bill(
    'numberPurchase',
    'outside',
    'other',
    sql`(SELECT id FROM ${vipNumbers} WHERE number = ${facts('number')})`,
  ),
  markCredited,
];
/** The number was gone, or its buyer has one by now: the money goes into the buyer's wallet. */
const refund = [
  openJournal<Sale>('number_refunded', sql`${settled} AND NOT ${sold} AND ${canTake(owner, amount)}`, order),
  moveMoney<Sale>({ from: systemSql('cashIn'), to: owner, amount }),
  bill('recharge', 'in', 'person', owner),
  markCredited,
];

/**
 * What a paid order for a number does (docs/decisions.md#vip-numbers), in the batch that finds it paid.
 */
export function sellNumber(values: Sale, refundJournal: JournalValues): readonly Query<number>[] {
  const other = { ...values, ...refundJournal };
  return [
    ...[makeAccount, nameOwner, markSold, giveNumber, forgetPassword].map((step) => step(values)),
    ...sale.map((step) => step(values)),
    ...refund.map((step) => step(other)),
  ];
}
