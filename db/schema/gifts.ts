import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { GiftId, MomentId, UserId } from '../../src/core/ids.ts';
import { users } from './users.ts';

const userId = (name: string) =>
  integer(name)
    .notNull()
    .$type<UserId>()
    .references(() => users.id);

/** The catalogue: what a gift of this key costs, in fen. */
export const gifts = sqliteTable(
  'gifts',
  {
    key: text('key').primaryKey(),
    name: text('name').notNull(),
    price: integer('price').notNull(),
    /** The key of an upload; empty where there is none. */
    picture: text('picture').notNull().default(''),
    /** From then on nobody gives it any more; what was given stays. */
    withdrawnAt: integer('withdrawn_at'),
  },
  (t) => [check('gifts_price', sql`${t.price} >= 0`)],
);

/** A gift that somebody gave for a moment. It stays when the moment is deleted, so that it refers to none. */
export const momentGifts = sqliteTable(
  'moment_gifts',
  {
    id: integer('id').primaryKey().$type<GiftId>(),
    giverId: userId('giver_id'),
    receiverId: userId('receiver_id'),
    momentId: integer('moment_id').notNull().$type<MomentId>(),
    /** The text or JSON text that apps show. */
    content: text('content').notNull(),
    /** What it cost, in fen; 0 for a kind word. */
    price: integer('price').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    index('moment_gifts_receiver').on(t.receiverId, t.id),
    check('moment_gifts_price', sql`${t.price} >= 0`),
  ],
);
