import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { AaBillId, JournalId, UserId } from '../../src/core/ids.ts';
import { users } from './users.ts';
import type { WordOf } from './word.ts';

const userId = (name: string) =>
  integer(name)
    .notNull()
    .$type<UserId>()
    .references(() => users.id);

/** `dest_type` of a shared bill: the person `destId` pays, or members of the group `destId`. */
export const AA_PAYERS = { person: 0, group: 1 } as const;
export type AaPayers = WordOf<typeof AA_PAYERS>;

/** `status` of a shared bill. */
export const AA_BILL = { open: 0, complete: 1, expired: 2 } as const;
export type AaBillStatus = WordOf<typeof AA_BILL>;

/**
 * A bill that several people share (AA 收款): each of `slots` payers pays `share`. The last payment moves all of
 * them to the organiser; until then they lie in escrow, and go back when the bill expires.
 */
export const aaBills = sqliteTable(
  'aa_bills',
  {
    id: integer('id').primaryKey().$type<AaBillId>(),
    organiserId: userId('organiser_id'),
    destType: integer('dest_type').notNull().$type<AaPayers>(),
    destId: integer('dest_id').notNull(),
    message: text('message').notNull(),
    /** Fen, as the organiser stated it. */
    total: integer('total').notNull(),
    /** People who share it, the organiser among them. */
    counts: integer('counts').notNull(),
    /** Fen that each pays: the total through `counts`, rounded up. */
    share: integer('share').notNull(),
    /** Payments that it takes. */
    slots: integer('slots').notNull(),
    status: integer('status').notNull().default(AA_BILL.open).$type<AaBillStatus>(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    /** From then on nobody can pay. */
    expiresAt: integer('expires_at').notNull(),
  },
  (t) => [
    index('aa_bills_open').on(t.organiserId).where(sql`status = 0`),
    index('aa_bills_expiring').on(t.expiresAt).where(sql`status = 0`),
    check('aa_bills_status', sql`${t.status} IN (0, 1, 2)`),
    check('aa_bills_counts', sql`${t.counts} BETWEEN 1 AND 50 AND ${t.slots} BETWEEN 1 AND ${t.counts}`),
    check('aa_bills_share', sql`${t.share} > 0`),
  ],
);

/** The people who have paid their shares. Stays when an expired bill gives it back. */
export const aaPayments = sqliteTable(
  'aa_payments',
  {
    billId: integer('bill_id')
      .notNull()
      .$type<AaBillId>()
      .references(() => aaBills.id),
    userId: userId('user_id'),
    /** The journal that moved the share into escrow. */
    journalId: integer('journal_id').notNull().$type<JournalId>(),
    paidAt: integer('paid_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.billId, t.userId] })],
);
