import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { GroupId, JournalId, TransferId, UserId } from '../../src/core/ids.ts';
import { groups } from './groups.ts';
import { users } from './users.ts';
import type { WordOf } from './word.ts';

const userId = (name: string) =>
  integer(name)
    .notNull()
    .$type<UserId>()
    .references(() => users.id);

/** `status` of a transfer. */
export const TRANSFER = { waits: 1, confirmed: 2, returned: 3 } as const;
export type TransferStatus = WordOf<typeof TRANSFER>;

/** Money on its way to one person: in escrow from sending until it is confirmed or returned. */
export const transfers = sqliteTable(
  'transfers',
  {
    id: integer('id').primaryKey().$type<TransferId>(),
    payerId: userId('payer_id'),
    payeeId: userId('payee_id'),
    /** The group in which it was sent; null between friends. */
    groupId: integer('group_id')
      .$type<GroupId>()
      .references(() => groups.id),
    /** Fen. */
    amount: integer('amount').notNull(),
    message: text('message').notNull().default(''),
    status: integer('status').notNull().default(TRANSFER.waits).$type<TransferStatus>(),
    sentAt: integer('sent_at').notNull(),
    /** From then on it cannot be confirmed and goes back. */
    expiresAt: integer('expires_at').notNull(),
    confirmedAt: integer('confirmed_at'),
    /** The journal that confirmed or returned it. */
    endedBy: integer('ended_by').$type<JournalId>(),
    /** Fen that an operator has given back to the payer after it was confirmed. */
    reversed: integer('reversed').notNull().default(0),
  },
  (t) => [
    index('transfers_of_payer').on(t.payerId),
    index('transfers_of_payee').on(t.payeeId),
    index('transfers_amount').on(t.amount),
    index('transfers_expiring').on(t.expiresAt).where(sql`status = 1`),
    check('transfers_amount', sql`${t.amount} > 0`),
    check('transfers_status', sql`${t.status} IN (1, 2, 3)`),
    check('transfers_ended', sql`(${t.status} = 1) = (${t.endedBy} IS NULL)`),
    check('transfers_not_self', sql`${t.payerId} <> ${t.payeeId}`),
  ],
);
