import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** App versions offered by getVersion (listing 240). */
export const releases = sqliteTable(
  'releases',
  {
    id: integer('id').primaryKey(),
    /** 1 Android, 2 iOS, 3 PC, 4 web. */
    device: integer('device').notNull(),
    version: text('version').notNull(),
    /** The notes in HTML. What of it goes out, `safeHtml` says. */
    content: text('content').notNull(),
    file: text('file').notNull().default(''),
    fileSize: integer('file_size').notNull().default(0),
    url: text('url').notNull(),
    /** 1: the app must update before it goes on. */
    isUpdate: integer('is_update').notNull().default(0),
    createdAt: integer('created_at').notNull(),
    /** The notes as they were written, in Markdown; null where `content` was never anything but HTML. */
    notes: text('notes'),
    /** From then on nobody is offered it. */
    withdrawnAt: integer('withdrawn_at'),
  },
  (t) => [index('releases_newest').on(t.device, t.createdAt)],
);
