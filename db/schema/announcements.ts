import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { AnnouncementId, ChangeId, OfficialNoticeId, UserId } from '../../src/core/ids.ts';
import type { WordOf } from './word.ts';

/** `audience` of an announcement. */
export const AUDIENCE = { all: 0, kind: 1, list: 2 } as const;
export type Audience = WordOf<typeof AUDIENCE>;

/**
 * What the official account has said to many. Each has one row in the inbox for all of its readers, which this one
 * says who they are (docs/architecture/realtime.md). It stays for the history when that row has gone.
 */
export const announcements = sqliteTable(
  'announcements',
  {
    id: integer('id').primaryKey().$type<AnnouncementId>(),
    /** The place of its row in the inbox. */
    seq: integer('seq').notNull(),
    audience: integer('audience').notNull().$type<Audience>(),
    /** The kind of device that it is for; null: every kind. */
    device: integer('device'),
    /** The last user who had registered when it was sent: whoever came later does not get it. */
    lastUser: integer('last_user').notNull().$type<UserId>(),
    msgId: text('msg_id').notNull(),
    content: text('content').notNull(),
    /** How many people it was for when it was sent. */
    reach: integer('reach').notNull(),
    /** How many of them have acknowledged it. */
    got: integer('got').notNull().default(0),
    /** Phones of users up to this number have been told of it; null: none is to be told any more. */
    pushedUpTo: integer('pushed_up_to'),
    /** Sockets of users up to this number were told to look, where each has an object; null: all that had to. */
    wokenUpTo: integer('woken_up_to').default(0),
    sentAt: integer('sent_at').notNull(),
    stoppedAt: integer('stopped_at'),
    /** The call that stopped it: the mark of its batch. */
    changeId: integer('change_id').notNull().default(0).$type<ChangeId>(),
  },
  (t) => [
    uniqueIndex('announcements_place').on(t.seq),
    index('announcements_untold').on(t.id).where(sql`pushed_up_to IS NOT NULL`),
    index('announcements_asleep').on(t.id).where(sql`woken_up_to IS NOT NULL`),
    check('announcements_audience', sql`${t.audience} IN (0, 1, 2)`),
  ],
);

/** The people whom an announcement to a list is for. */
export const announcementTargets = sqliteTable(
  'announcement_targets',
  {
    announcementId: integer('announcement_id').notNull().$type<AnnouncementId>(),
    userId: integer('user_id').notNull().$type<UserId>(),
  },
  (t) => [primaryKey({ columns: [t.announcementId, t.userId] })],
);

/** What the official account has said to one person, for the history. */
export const officialNotices = sqliteTable(
  'official_notices',
  {
    id: integer('id').primaryKey().$type<OfficialNoticeId>(),
    userId: integer('user_id').notNull().$type<UserId>(),
    msgId: text('msg_id').notNull(),
    content: text('content').notNull(),
    sentAt: integer('sent_at').notNull(),
  },
  (t) => [index('official_notices_user').on(t.userId, t.id)],
);

/** How many people are logged in on each kind of device. Triggers on `sessions` keep it. */
export const deviceCounts = sqliteTable('device_counts', {
  device: integer('device').primaryKey(),
  people: integer('people').notNull(),
});
