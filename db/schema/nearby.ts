import { index, integer, sqliteTable } from 'drizzle-orm/sqlite-core';
import type { UserId } from '../../src/ids.ts';
import { users } from './users.ts';

/**
 * Where a user was last (listings 141 and 148), for 72 hours. `cell` is a Z-order key and finds the
 * neighbourhood; x, y and z are whole centimetres from the centre of the earth and tell the distance
 * (src/features/nearby). Triggers let `sex` follow `users`, and drop the position of a disabled user.
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
    /** 1 男, 2 女, 0 unset or something else. */
    sex: integer('sex').notNull(),
    seenAt: integer('seen_at').notNull(),
  },
  (t) => [
    // Holds all that the search looks at, so that it reads the table for nobody.
    index('positions_cell').on(t.sex, t.cell, t.seenAt, t.x, t.y, t.z),
    index('positions_seen').on(t.seenAt),
  ],
);
