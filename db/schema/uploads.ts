import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { ChangeId, UserId } from '../../src/core/ids.ts';
import { users } from './users.ts';
import type { WordOf } from './word.ts';

/** `state` of an upload. `down`: an operator took it down. `gone`: nothing named it. */
export const UPLOAD = { live: 0, trash: 1, down: 2, gone: 3 } as const;
export type UploadState = WordOf<typeof UPLOAD>;

/**
 * Every file that was taken in, and what became of it: the record that the store of files follows. A smaller copy
 * (`small_<key>`) belongs to the row of its picture. A row stays when the bytes have gone, so that its URL says so.
 */
export const uploads = sqliteTable(
  'uploads',
  {
    key: text('key').primaryKey(),
    /** Null where nobody knows it: the file is older than this table, or its call never ended. */
    ownerId: integer('owner_id')
      .$type<UserId>()
      .references(() => users.id),
    /** Of the file and of its smaller copy. */
    bytes: integer('bytes').notNull(),
    /** Of the file, in lower-case hex; empty where it is not known. */
    sha256: text('sha256').notNull(),
    contentType: text('content_type').notNull(),
    madeAt: integer('made_at').notNull(),
    state: integer('state').notNull().default(UPLOAD.live).$type<UploadState>(),
    /** Since when it is in that state. */
    stateSince: integer('state_since').notNull(),
    /** When it was made, was last found named, or was last brought back: whichever came last. */
    namedAt: integer('named_at').notNull(),
    /** When the first walk began that did not find it named, and none has since; null while it is named, or new. */
    unnamedSince: integer('unnamed_since'),
    /** 1: it never goes because nothing names it. So are files from before this table. */
    isKept: integer('is_kept').notNull().default(0),
    /** 1: the store of files has still to follow `state`. */
    isPending: integer('is_pending').notNull().default(0),
    /** From then on its bytes are deleted and nothing brings it back. */
    erasedAt: integer('erased_at'),
    /** The call that changed `state` last: the mark of its batch. */
    changeId: integer('change_id').notNull().default(0).$type<ChangeId>(),
  },
  (t) => [
    index('uploads_owner').on(t.ownerId, t.key),
    index('uploads_unnamed').on(t.unnamedSince, t.namedAt).where(sql`state = 0 AND is_kept = 0`),
    index('uploads_ending').on(t.state, t.stateSince).where(sql`state > 0 AND erased_at IS NULL`),
    index('uploads_pending').on(t.stateSince).where(sql`is_pending = 1`),
    check('uploads_state', sql`${t.state} IN (0, 1, 2, 3)`),
    check('uploads_bytes', sql`${t.bytes} >= 0`),
    check('uploads_erased', sql`${t.erasedAt} IS NULL OR ${t.state} IN (2, 3)`),
  ],
);

/**
 * What is kept for an owner, and what a day has brought, so that nobody adds it up. Triggers on `uploads` move
 * `bytes` and `files`; an upload's own batch moves the day. Owner 0: nobody knows whose it is.
 */
export const uploadUsage = sqliteTable('upload_usage', {
  ownerId: integer('owner_id').primaryKey(),
  /** Of the files that are not erased. */
  bytes: integer('bytes').notNull().default(0),
  files: integer('files').notNull().default(0),
  /** The day in Asia/Shanghai, by its first millisecond, whose uploads `dayBytes` counts. */
  day: integer('day').notNull().default(0),
  dayBytes: integer('day_bytes').notNull().default(0),
  /** The call that uploaded last: the mark of its batch. */
  changeId: integer('change_id').notNull().default(0).$type<ChangeId>(),
});

/**
 * How far the walks through everything that may name an upload, and through the store of files, have come. They go
 * on from here, whichever process takes the next step.
 */
export const uploadWalks = sqliteTable('upload_walks', {
  /** `names` or `store`. */
  name: text('name').primaryKey(),
  /** When the present walk began; 0 while none is under way. */
  startedAt: integer('started_at').notNull().default(0),
  /** Which places it goes through, as a digest: one that began with others begins again. */
  plan: text('plan').notNull().default(''),
  /** The place that it is at, from 0. */
  place: integer('place').notNull().default(0),
  /** The last row or file that it has seen there, as JSON; empty before the first. */
  cursor: text('cursor').notNull().default(''),
  /** When the last walk that came to its end began; 0 before the first. */
  completed: integer('completed').notNull().default(0),
});
