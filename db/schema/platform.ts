import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { UserId } from '../../src/core/ids.ts';

/** What this database is: the mode it was made in, keys a sandbox drew for itself. */
export const instance = sqliteTable('instance', {
  name: text('name').primaryKey(),
  value: text('value').notNull(),
});

/**
 * Stays empty. A statement inserts a 0 here to say "this cannot be": the named CHECK fails and the whole
 * batch rolls back (docs/architecture/database.md).
 */
export const assertions = sqliteTable(
  'assertions',
  {
    sessionLives: integer('session_lives').notNull().default(1),
    rowsChanged: integer('rows_changed').notNull().default(1),
  },
  (t) => [
    check('session_lives', sql`${t.sessionLives} = 1`),
    check('rows_changed', sql`${t.rowsChanged} = 1`),
  ],
);

/** Replies of calls made with an Idempotency-Key, written in the same batch as what the call did. */
export const idempotencyKeys = sqliteTable(
  'idempotency_keys',
  {
    userId: integer('user_id').notNull().$type<UserId>(),
    endpoint: text('endpoint').notNull(),
    key: text('key').notNull(),
    /** Digest of the parameters, `payPwd` and `token` left out. */
    digest: text('digest').notNull(),
    /** The envelope as it was sent. */
    reply: text('reply').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.endpoint, t.key] }),
    index('idempotency_keys_age').on(t.createdAt),
  ],
);
