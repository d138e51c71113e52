import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { LabelId, UserId } from '../../src/core/ids.ts';
import type { Dest } from './dest.ts';
import { users } from './users.ts';
import type { WordOf } from './word.ts';

const userId = (name: string) =>
  integer(name)
    .notNull()
    .$type<UserId>()
    .references(() => users.id);

/**
 * `state` of a friendship. `none`: the row keeps what `userId` has set for themselves (block, remark, permissions).
 * `asked`: `userId` asked and waits. `friends`: then both rows say so.
 */
export const FRIEND = { none: 0, asked: 1, friends: 2 } as const;
export type FriendState = WordOf<typeof FRIEND>;

/** How `userId` stands to `friendId`: one row per direction. */
export const friendships = sqliteTable(
  'friendships',
  {
    userId: userId('user_id'),
    friendId: userId('friend_id'),
    state: integer('state').notNull().default(FRIEND.none).$type<FriendState>(),
    remark: text('remark').notNull().default(''),
    /** 1: `userId` has blocked `friendId`. */
    isBlocked: integer('is_blocked').notNull().default(0),
    /** 1: messages of this friend make a sound. */
    receiveTip: integer('receive_tip').notNull().default(1),
    /** `feedPrivUser`: 1 when `friendId` may see the moments of `userId`. */
    showsMoments: integer('shows_moments').notNull().default(1),
    /** `feedPrivFriend`: 1 when `userId` wants to see the moments of `friendId`. */
    viewsMoments: integer('views_moments').notNull().default(1),
    background: text('background').notNull().default(''),
    /** When `userId` asked last. */
    requestedAt: integer('requested_at'),
    /** Friends since. */
    becameFriendsAt: integer('became_friends_at'),
    /** The call that last changed `state`: the mark of its batch. */
    changeId: integer('change_id').notNull().default(0),
    updatedAt: integer('updated_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.friendId] }),
    // The other side of all of somebody's friendships, and what moments ask of it, without going from row to row.
    index('friendships_of_friend').on(
      t.friendId,
      t.state,
      t.userId,
      t.isBlocked,
      t.showsMoments,
      t.viewsMoments,
    ),
    // The blocks that somebody has set or bears: few among many.
    index('friendships_blocks').on(t.userId, t.friendId).where(sql`is_blocked = 1`),
    index('friendships_blocked_by').on(t.friendId, t.userId).where(sql`is_blocked = 1`),
    check('friendships_state', sql`${t.state} IN (0, 1, 2)`),
    check('friendships_not_self', sql`${t.userId} <> ${t.friendId}`),
  ],
);

/** A user's label for friends (标签). Deletion is soft, for the label alone; a living name is unique a user. */
export const labels = sqliteTable(
  'labels',
  {
    id: integer('id').primaryKey().$type<LabelId>(),
    userId: userId('user_id'),
    name: text('name').notNull(),
    /** The name as it must be unique; null until a job has filled it, as `users.nick_folded`. */
    nameFolded: text('name_folded'),
    sort: integer('sort').notNull().default(0),
    /** The call that last changed the label: the mark of its batch. */
    changeId: integer('change_id').notNull().default(0),
    createdAt: integer('created_at').notNull(),
    deletedAt: integer('deleted_at'),
  },
  (t) => [
    uniqueIndex('labels_name').on(t.userId, t.name).where(sql`deleted_at IS NULL`),
    index('labels_unfolded').on(t.id).where(sql`name_folded IS NULL AND deleted_at IS NULL`),
  ],
);

export const labelFriends = sqliteTable(
  'label_friends',
  {
    labelId: integer('label_id')
      .notNull()
      .$type<LabelId>()
      .references(() => labels.id),
    /** The label's owner, repeated so that a friend's labels are found by one index. */
    userId: userId('user_id'),
    friendId: userId('friend_id'),
  },
  (t) => [
    primaryKey({ columns: [t.labelId, t.friendId] }),
    index('label_friends_friend').on(t.userId, t.friendId),
  ],
);

/** What an app keeps about its own chats, whose numbers lie below those of users (file assistant, notices). */
export const clientChats = sqliteTable(
  'client_chats',
  {
    userId: userId('user_id'),
    chatId: integer('chat_id').notNull(),
    receiveTip: integer('receive_tip').notNull().default(1),
    remark: text('remark').notNull().default(''),
  },
  (t) => [primaryKey({ columns: [t.userId, t.chatId] })],
);

/** Conversations kept at the top. */
export const pins = sqliteTable(
  'pins',
  {
    userId: userId('user_id'),
    destType: integer('dest_type').notNull().$type<Dest>(),
    destId: integer('dest_id').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.destType, t.destId] })],
);
