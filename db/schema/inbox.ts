import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { EventBodyId, MessageId, ReminderId, UserId } from '../../src/core/ids.ts';
import { users } from './users.ts';

/** Events that hold words of a moment, a comment, a group note, or a group's name: what an operator may take down. */
export const isTold = sql`type IN (10, 13, 37, 38, 47, 48, 49)`;
/** The moment, note or group that such an event is about. */
export const toldOf = sql`CASE WHEN json_valid(content) THEN content ->>
  CASE WHEN type < 14 THEN 'groupId' WHEN type = 47 OR type = 48 THEN 'id' ELSE 'feedId' END END`;
/** Other events that one person gets about a group, and that hold its name. */
export const namesGroup = sql`type IN (52, 53, 54, 58, 59, 60, 61, 62, 63)`;
/** That group. */
export const namedGroup = sql`CASE WHEN json_valid(content) THEN CAST(content ->> 'groupId' AS INTEGER) END`;
/** Events that hold the name and the picture of who they come from. */
export const hasCard = sql`type IN (8, 10, 11, 12, 13, 23)`;
/** What a friend's new profile says. */
export const isProfile = sql`content GLOB '{"nickName":*'`;

/**
 * Events that wait for a user, or for the members of a group, written in the same batch as the change they tell of.
 * `seq` is given in commit order (there is one writer), so it grows for every user; gaps belong to others.
 *
 * An event may go to thousands at once, so a row costs as little as it can (docs/performance.md). Receivers have no
 * foreign key, since the tables that they are found in have one. What is the same for all is in one place.
 */
export const inbox = sqliteTable(
  'inbox',
  {
    seq: integer('seq').primaryKey({ autoIncrement: true }),
    /**
     * Whose it is. Below 0 it is a group's: one row for all of its members, whom `group_members.joined_seq` and
     * `group_departures` let see it (docs/architecture/realtime.md).
     */
    userId: integer('user_id').notNull().$type<UserId>(),
    /** The original's message type (docs/realtime.md). */
    type: integer('type').notNull(),
    msgId: text('msg_id').notNull(),
    fromId: integer('from_id').notNull(),
    /** 1 person, 2 group, 3 system, 4 third party. */
    fromType: integer('from_type').notNull(),
    destId: integer('dest_id').notNull(),
    /** Text or a JSON document as text. */
    content: text('content').notNull(),
    createdAt: integer('created_at').notNull(),
    /** The chat message that this is a copy of; its text is there once, `msgId` and `content` are empty here. */
    messageId: integer('message_id').$type<MessageId>(),
    /** Kind of the device that a user sent this from; null where the server is the sender. */
    device: integer('device'),
    /** Where `msgId` and `content` are the same for many receivers: they are there once, and empty here. */
    bodyId: integer('body_id').$type<EventBodyId>(),
    /** The member who does not get it, of a group's. */
    exceptId: integer('except_id').$type<UserId>(),
    /** Which 65,536 places in a row `seq` is one of. */
    span: integer('span').generatedAlwaysAs(sql`seq >> 16`, { mode: 'virtual' }),
  },
  // By span, then by user: what is written now lies close together in the index, whoever it is for. By user alone,
  // each receiver of an event is a page of its own as soon as many events wait.
  // No index by age: rows are as old as their place in the sequence says.
  // What groups have is one row each: by group alone, a reader asks once for each group and not once for each span.
  (t) => [
    index('inbox_person').on(t.span, t.userId).where(sql`user_id > 0`),
    index('inbox_group').on(t.userId).where(sql`user_id < 0`),
    index('inbox_told').on(toldOf).where(isTold),
    index('inbox_names').on(namedGroup).where(namesGroup),
    index('inbox_cards').on(t.fromId).where(hasCard),
  ],
);

/** What an event says to everybody who gets it, once; it goes some time after the event is too old. */
export const eventBodies = sqliteTable(
  'event_bodies',
  {
    id: integer('id').primaryKey().$type<EventBodyId>(),
    msgId: text('msg_id').notNull(),
    content: text('content').notNull(),
  },
  () => [index('event_bodies_profile').on(sql`content ->> 'id'`).where(isProfile)],
);

/** How far a user's devices of one kind have taken the user's events: up to `seq`, included. */
export const inboxCursors = sqliteTable(
  'inbox_cursors',
  {
    userId: integer('user_id')
      .notNull()
      .$type<UserId>()
      .references(() => users.id),
    device: integer('device').notNull(),
    seq: integer('seq').notNull(),
    /** Up to here the user's events have been dropped; the highest of the user's rows counts. */
    dropped: integer('dropped').notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.userId, t.device] })],
);

/** Reminders that users set for themselves (listing 210); sent as event 68 when due. */
export const reminders = sqliteTable(
  'reminders',
  {
    id: integer('id').primaryKey().$type<ReminderId>(),
    userId: integer('user_id')
      .notNull()
      .$type<UserId>()
      .references(() => users.id),
    content: text('content').notNull(),
    dueAt: integer('due_at').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [index('reminders_due').on(t.dueAt), index('reminders_user').on(t.userId)],
);
