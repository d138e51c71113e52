import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable } from 'drizzle-orm/sqlite-core';
import type { UserId } from '../../src/core/ids.ts';
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
