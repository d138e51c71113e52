import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { UserId } from '../../src/core/ids.ts';
import { users } from './users.ts';

/**
 * The key under which one person's ID number, cards, address book and evidence are sealed. Without the row nobody
 * opens them any more.
 */
export const personKeys = sqliteTable('person_keys', {
  userId: integer('user_id')
    .primaryKey()
    .$type<UserId>()
    .references(() => users.id),
  /** The name of the key, with which everything begins that it sealed. */
  keyName: text('key_name').notNull(),
  /** The key itself, sealed under DATA_KEY. */
  sealedKey: text('sealed_key').notNull(),
  /** The name of that DATA_KEY. */
  sealedUnder: text('sealed_under').notNull(),
});
