import { sql } from 'drizzle-orm';
import {
  check,
  index,
  integer,
  primaryKey,
  real,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';
import type { CommentId, MomentId, PraiseId, UserId } from '../../src/core/ids.ts';
import { users } from './users.ts';
import type { WordOf } from './word.ts';

const userId = (name: string) =>
  integer(name)
    .notNull()
    .$type<UserId>()
    .references(() => users.id);

const momentId = () =>
  integer('moment_id')
    .notNull()
    .$type<MomentId>()
    .references(() => moments.id);

/** `privacy` of a moment: for all friends, nobody, `only` those in `momentAudience`, or all `but` those. */
export const PRIVACY = { friends: 0, nobody: 1, only: 2, but: 3 } as const;
export type Privacy = WordOf<typeof PRIVACY>;

/**
 * What a person shows to friends (朋友圈). Nothing is copied to readers: who sees it is asked when it is read. Ids are
 * time-ordered, so the newest moment has the highest. Deletion takes the row and all that hangs on it.
 */
export const moments = sqliteTable(
  'moments',
  {
    id: integer('id').primaryKey().$type<MomentId>(),
    authorId: userId('author_id'),
    text: text('text').notNull().default(''),
    /** Picture URLs, comma-separated. */
    images: text('images').notNull().default(''),
    video: text('video').notNull().default(''),
    latitude: real('latitude'),
    longitude: real('longitude'),
    address: text('address').notNull().default(''),
    privacy: integer('privacy').notNull().$type<Privacy>(),
    ext: text('ext').notNull().default(''),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    // The timeline walks this index alone: it finds an author's next moment and judges it without its row.
    index('moments_author').on(t.authorId, t.id, t.privacy),
    index('moments_month').on(t.authorId, t.createdAt, t.privacy),
    index('moments_album').on(t.authorId, t.id, t.privacy).where(sql`images <> ''`),
    check('moments_privacy', sql`${t.privacy} IN (0, 1, 2, 3)`),
  ],
);

/** `uids`: the only ones whom a moment is for, or those whom it is not for. */
export const momentAudience = sqliteTable(
  'moment_audience',
  { momentId: momentId(), userId: userId('user_id') },
  (t) => [primaryKey({ columns: [t.momentId, t.userId] })],
);

/** `at`: friends whom the author calls to look. */
export const momentMentions = sqliteTable(
  'moment_mentions',
  { momentId: momentId(), userId: userId('user_id') },
  (t) => [primaryKey({ columns: [t.momentId, t.userId] })],
);

export const momentComments = sqliteTable(
  'moment_comments',
  {
    id: integer('id').primaryKey().$type<CommentId>(),
    momentId: momentId(),
    userId: userId('user_id'),
    /** The person it answers, if any. */
    replyUserId: integer('reply_user_id')
      .$type<UserId>()
      .references(() => users.id),
    text: text('text').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [index('moment_comments_moment').on(t.momentId, t.id, t.userId)],
);

/** One a person and moment. */
export const momentPraises = sqliteTable(
  'moment_praises',
  {
    id: integer('id').primaryKey().$type<PraiseId>(),
    momentId: momentId(),
    userId: userId('user_id'),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    uniqueIndex('moment_praises_person').on(t.momentId, t.userId),
    // The newest of a moment that is shown, however many it has.
    index('moment_praises_newest').on(t.momentId, t.id, t.userId),
  ],
);
