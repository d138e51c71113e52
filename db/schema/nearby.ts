import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { UserId } from '../../src/core/ids.ts';
import { users } from './users.ts';
import type { WordOf } from './word.ts';

/** `sex` of a place: 男, 女, or unset or something else. */
export const SEX = { other: 0, male: 1, female: 2 } as const;
export type Sex = WordOf<typeof SEX>;

/**
 * Where a user was last, for 72 hours: the middle of a cell of the user's own grid, and never the place itself
 * (src/features/nearby). `cell` is its Z-order key and finds the neighbourhood; x, y and z are whole centimetres
 * from the centre of the earth and tell the distance. Triggers let `sex` follow `users`, and drop the row of a
 * disabled user.
 */
export const places = sqliteTable(
  'places',
  {
    userId: integer('user_id')
      .primaryKey()
      .$type<UserId>()
      .references(() => users.id),
    /** Names the cell, keyed. */
    spot: text('spot').notNull(),
    cell: integer('cell').notNull(),
    x: integer('x').notNull(),
    y: integer('y').notNull(),
    z: integer('z').notNull(),
    sex: integer('sex').notNull().$type<Sex>(),
    /** When the user last let others find them; 0 for one who has only shaken. */
    listedAt: integer('listed_at').notNull(),
    /** When the user last said where they are. */
    seenAt: integer('seen_at').notNull(),
    /** When the user came into this cell. */
    movedAt: integer('moved_at').notNull(),
  },
  (t) => [
    // Holds all that the search looks at, so that it reads the table for nobody.
    index('places_cell').on(t.sex, t.cell, t.listedAt, t.x, t.y, t.z),
    index('places_seen').on(t.seenAt),
  ],
);

/** Cells that a user was in, keyed: so that a place always gets the same one, and few are tried in a day. */
export const visitedSpots = sqliteTable(
  'visited_spots',
  {
    userId: integer('user_id')
      .notNull()
      .$type<UserId>()
      .references(() => users.id),
    spot: text('spot').notNull(),
    /** When the user last came into it, or, if they stay in it, was there on another day. */
    seenAt: integer('seen_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.spot] }),
    index('visited_spots_user').on(t.userId, t.seenAt),
    index('visited_spots_seen').on(t.seenAt),
  ],
);

/**
 * Exact positions, as versions before `places` kept them. A job makes places of them; nothing is written here, and
 * nothing is read for anybody.
 */
export const positions = sqliteTable(
  'positions',
  {
    userId: integer('user_id')
      .primaryKey()
      .$type<UserId>()
      .references(() => users.id),
    cell: integer('cell').notNull(),
    x: integer('x').notNull(),
    y: integer('y').notNull(),
    z: integer('z').notNull(),
    sex: integer('sex').notNull(),
    seenAt: integer('seen_at').notNull(),
  },
  (t) => [
    index('positions_cell').on(t.sex, t.cell, t.seenAt, t.x, t.y, t.z),
    index('positions_seen').on(t.seenAt),
  ],
);
