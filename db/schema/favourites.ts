import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { FavouriteId, UserId } from '../../src/core/ids.ts';
import { users } from './users.ts';

/** What a user keeps of conversations (收藏, listings 76–78). */
export const favourites = sqliteTable(
  'favourites',
  {
    id: integer('id').primaryKey().$type<FavouriteId>(),
    userId: integer('user_id')
      .notNull()
      .$type<UserId>()
      .references(() => users.id),
    /** 1 text, 2 picture, 3 voice, 4 video, 5 emoji, 6 link or article. */
    category: integer('category').notNull(),
    content: text('content').notNull(),
    /** SHA-256 of the content, so that the same thing is kept once without an index over long texts. */
    contentDigest: text('content_digest').notNull(),
    /** The user or group that it comes from, with name and picture as they were. */
    fromId: integer('from_id').notNull(),
    fromName: text('from_name').notNull(),
    fromHeadUrl: text('from_head_url').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    index('favourites_user').on(t.userId, t.id),
    index('favourites_content').on(t.contentDigest),
    index('favourites_from').on(t.fromId, t.fromName),
    uniqueIndex('favourites_once').on(t.userId, t.fromId, t.category, t.contentDigest),
  ],
);
