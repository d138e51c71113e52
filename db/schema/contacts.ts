import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { UserId } from '../../src/core/ids.ts';
import { users } from './users.ts';

const userId = () =>
  integer('user_id')
    .notNull()
    .$type<UserId>()
    .references(() => users.id);

/**
 * A user's address book as an earlier version kept it, in plain text. A job moves it to `contact_books` and
 * empties this table; nothing writes it any more.
 */
export const contacts = sqliteTable(
  'contacts',
  {
    userId: userId(),
    /** Place in what was sent, from 0. */
    position: integer('position').notNull(),
    /** As the address book writes it. */
    phone: text('phone').notNull(),
    /** E.164; empty where the phone is no number that a network could have given. */
    mobile: text('mobile').notNull(),
    name: text('name').notNull(),
    headUrl: text('head_url').notNull(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.position] })],
);

/**
 * A user's address book as the app sent it last (listing 41), some hundred entries per part, sealed for its owner
 * under DATA_KEY: most people in it have never been here.
 */
export const contactBooks = sqliteTable(
  'contact_books',
  {
    userId: userId(),
    part: integer('part').notNull(),
    /** The JSON of `[phone, name, headUrl]` of each entry, sealed. */
    sealed: text('sealed').notNull(),
    /** Uploads of ours that the entries' pictures are, which nobody could find in what is sealed. */
    files: text('files').notNull(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.part] })],
);

/**
 * Numbers of which a user has learnt whether they are somebody's here, as digests that are keyed and each user's
 * own. What stands here may be asked again for nothing; rows go after 30 days.
 */
export const learntNumbers = sqliteTable(
  'learnt_numbers',
  {
    userId: userId(),
    digest: text('digest').notNull(),
    learntAt: integer('learnt_at').notNull(),
    /** The call that learnt it: the mark of its batch. */
    learntBy: integer('learnt_by').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.digest] }),
    index('learnt_numbers_day').on(t.userId, t.learntAt, t.learntBy),
    index('learnt_numbers_age').on(t.learntAt),
  ],
);

/** How many numbers the new accounts of a network have learnt in an hour (`networksOf`). */
export const learntByNetwork = sqliteTable(
  'learnt_by_network',
  {
    network: text('network').notNull(),
    /** Hours since 1970. */
    hour: integer('hour').notNull(),
    count: integer('count').notNull(),
  },
  (t) => [primaryKey({ columns: [t.network, t.hour] }), index('learnt_by_network_hour').on(t.hour)],
);
