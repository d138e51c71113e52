import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** App versions offered by getVersion (listing 240). */
export const releases = sqliteTable(
  'releases',
  {
    id: integer('id').primaryKey(),
    /** 1 Android, 2 iOS, 3 PC, 4 web. */
    device: integer('device').notNull(),
    version: text('version').notNull(),
    /** HTML release notes. */
    content: text('content').notNull(),
    file: text('file').notNull().default(''),
    fileSize: integer('file_size').notNull().default(0),
    url: text('url').notNull(),
    /** 1: the app must update before it goes on. */
    isUpdate: integer('is_update').notNull().default(0),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [index('releases_newest').on(t.device, t.createdAt)],
);
