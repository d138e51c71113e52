import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable } from 'drizzle-orm/sqlite-core';
import type { ChangeId, UserId } from '../../src/core/ids.ts';
import { users } from './users.ts';

/** What keeps money in a wallet whose owner may be somebody else by now (docs/decisions.md#held-wallets). */
export const walletHolds = sqliteTable(
  'wallet_holds',
  {
    userId: integer('user_id')
      .primaryKey()
      .$type<UserId>()
      .references(() => users.id),
    /** Until then no withdrawal leaves, and little else; epoch ms. */
    limitedUntil: integer('limited_until').notNull(),
    /** Since then nothing leaves until the owner is proved; null: it is not frozen. */
    frozenAt: integer('frozen_at'),
    /** Fen that had left within 24 hours when money last was to leave (`noteSpent`). */
    spent: integer('spent').notNull().default(0),
  },
  (t) => [index('wallet_holds_over').on(t.limitedUntil).where(sql`frozen_at IS NULL`)],
);

/** A wallet that an operator has frozen: nothing leaves it. What is under way ends as its rules say. */
export const walletFreezes = sqliteTable(
  'wallet_freezes',
  {
    userId: integer('user_id')
      .primaryKey()
      .$type<UserId>()
      .references(() => users.id),
    frozenAt: integer('frozen_at').notNull(),
    /** Until then; null: until an operator unfreezes it. */
    until: integer('until'),
    /** The call that froze it last. */
    changeId: integer('change_id').notNull().$type<ChangeId>(),
  },
  (t) => [index('wallet_freezes_over').on(t.until).where(sql`until IS NOT NULL`)],
);
