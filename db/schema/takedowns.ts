import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { ChangeId, TakedownId, UserId } from '../../src/core/ids.ts';
import { users } from './users.ts';

/**
 * What operators have taken down: a sealed copy of it for as long as it may come back (`TAKEDOWN_KEPT_MS`), and the
 * bare fact afterwards.
 */
export const takedowns = sqliteTable(
  'takedowns',
  {
    id: integer('id').primaryKey().$type<TakedownId>(),
    /** `moment`, `comment`, `message`, `note`, `name`, `avatar`, `background`, `group` or `file`. */
    subject: text('subject').notNull(),
    /** The number of what went; a file's key. */
    item: text('item').notNull(),
    /** Whose it was; null where nobody knows. */
    ownerId: integer('owner_id')
      .$type<UserId>()
      .references(() => users.id),
    /** What it was, as JSON, sealed under its owner's key; empty once its time has passed. */
    sealed: text('sealed').notNull(),
    takenAt: integer('taken_at').notNull(),
    /** When it came back; null while it is down. */
    restoredAt: integer('restored_at'),
    /** The call that brought it back: the mark of its batch. */
    changeId: integer('change_id').notNull().default(0).$type<ChangeId>(),
  },
  (t) => [
    index('takedowns_item').on(t.subject, t.item),
    index('takedowns_owner').on(t.ownerId, t.id),
    index('takedowns_sealed').on(t.takenAt).where(sql`sealed <> ''`),
  ],
);

/** Files that went with a takedown. While one is here, no upload of the same bytes is taken. */
export const takedownFiles = sqliteTable(
  'takedown_files',
  {
    takedownId: integer('takedown_id')
      .notNull()
      .$type<TakedownId>()
      .references(() => takedowns.id),
    key: text('key').notNull(),
    /** Of the file as it is stored, in lower-case hex; empty where nobody knows it. */
    sha256: text('sha256').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.takedownId, t.key] }),
    index('takedown_files_key').on(t.key),
    index('takedown_files_bytes').on(t.sha256).where(sql`sha256 <> ''`),
  ],
);

/** People all of whose content goes, or comes back, and how far that has come. The row goes when it is done. */
export const personTakedowns = sqliteTable('person_takedowns', {
  userId: integer('user_id')
    .primaryKey()
    .$type<UserId>()
    .references(() => users.id),
  /** 1: what was taken down comes back. */
  isReturn: integer('is_return').notNull().default(0),
  /** The kind of content that it is at, from 0. */
  stage: integer('stage').notNull().default(0),
  /** The last row that it has looked at there. */
  cursor: integer('cursor').notNull().default(0),
  beganAt: integer('began_at').notNull(),
});
