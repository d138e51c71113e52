import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { JournalId, RedPacketId, UserId } from '../../src/core/ids.ts';
import { users } from './users.ts';

/** A red packet: money in escrow, cut into shares when it was sent. */
export const redPackets = sqliteTable(
  'red_packets',
  {
    id: integer('id').primaryKey().$type<RedPacketId>(),
    userId: integer('user_id')
      .notNull()
      .$type<UserId>()
      .references(() => users.id),
    /** 1 random, 2 equal, 3 random under a command. */
    type: integer('type').notNull(),
    count: integer('count').notNull(),
    /** Fen as the sender stated them: of the whole packet, of each share where `type` is 2. */
    amount: integer('amount').notNull(),
    content: text('content').notNull(),
    command: text('command').notNull().default(''),
    /** 1 for a person, 2 for a group. */
    destType: integer('dest_type').notNull(),
    destId: integer('dest_id').notNull(),
    /** 1: only the people of `red_packet_guests` may open it. */
    isAddressed: integer('is_addressed').notNull().default(0),
    /** 1 open, 2 all taken, 3 the rest went back. */
    status: integer('status').notNull().default(1),
    sentAt: integer('sent_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    /** When it was all taken, or what was left went back. */
    finishedAt: integer('finished_at'),
    /** The journal that gave the rest back: the mark of that batch. */
    returnedBy: integer('returned_by').$type<JournalId>(),
  },
  (t) => [
    index('red_packets_expiring').on(t.expiresAt).where(sql`status = 1`),
    check('red_packets_status', sql`${t.status} IN (1, 2, 3)`),
    check('red_packets_count', sql`${t.count} BETWEEN 1 AND 500`),
  ],
);

/** The shares of a packet in the order in which they are given out. A person gets one. */
export const redPacketShares = sqliteTable(
  'red_packet_shares',
  {
    packetId: integer('packet_id')
      .notNull()
      .$type<RedPacketId>()
      .references(() => redPackets.id),
    position: integer('position').notNull(),
    amount: integer('amount').notNull(),
    userId: integer('user_id').$type<UserId>(),
    openedAt: integer('opened_at'),
    /** The journal that paid it out: the mark of that batch. */
    journalId: integer('journal_id').$type<JournalId>(),
  },
  (t) => [
    primaryKey({ columns: [t.packetId, t.position] }),
    uniqueIndex('red_packet_shares_opener').on(t.packetId, t.userId).where(sql`user_id IS NOT NULL`),
    index('red_packet_shares_left').on(t.packetId, t.position).where(sql`user_id IS NULL`),
    check('red_packet_shares_amount', sql`${t.amount} > 0`),
  ],
);

/** Who may open an addressed packet (`limit`). */
export const redPacketGuests = sqliteTable(
  'red_packet_guests',
  {
    packetId: integer('packet_id')
      .notNull()
      .$type<RedPacketId>()
      .references(() => redPackets.id),
    userId: integer('user_id').notNull().$type<UserId>(),
  },
  (t) => [primaryKey({ columns: [t.packetId, t.userId] })],
);
