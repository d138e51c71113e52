import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { JournalId, RedPacketId, UserId } from '../../src/core/ids.ts';
import type { Dest } from './dest.ts';
import { users } from './users.ts';
import type { WordOf } from './word.ts';

/** `status` of a red packet: it can be opened, all of it was taken, or the rest went back. */
export const PACKET = { open: 1, taken: 2, returned: 3 } as const;
export type PacketStatus = WordOf<typeof PACKET>;

/** `type` of a red packet: its shares are random, equal, or random and behind a command. */
export const PACKET_TYPE = { random: 1, equal: 2, command: 3 } as const;
export type PacketType = WordOf<typeof PACKET_TYPE>;

/** A red packet: money in escrow, cut into shares when it was sent. */
export const redPackets = sqliteTable(
  'red_packets',
  {
    id: integer('id').primaryKey().$type<RedPacketId>(),
    userId: integer('user_id')
      .notNull()
      .$type<UserId>()
      .references(() => users.id),
    type: integer('type').notNull().$type<PacketType>(),
    count: integer('count').notNull(),
    /** Fen as the sender stated them: of the whole packet, of each share where the shares are equal. */
    amount: integer('amount').notNull(),
    content: text('content').notNull(),
    command: text('command').notNull().default(''),
    destType: integer('dest_type').notNull().$type<Dest>(),
    destId: integer('dest_id').notNull(),
    /** 1: only the people of `red_packet_guests` may open it. */
    isAddressed: integer('is_addressed').notNull().default(0),
    status: integer('status').notNull().default(PACKET.open).$type<PacketStatus>(),
    sentAt: integer('sent_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    /** When it was all taken, or what was left went back. */
    finishedAt: integer('finished_at'),
    /** The journal that gave the rest back: the mark of that batch. */
    returnedBy: integer('returned_by').$type<JournalId>(),
  },
  (t) => [
    index('red_packets_of_sender').on(t.userId),
    index('red_packets_amount').on(t.amount),
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
    /** Fen that an operator has given back to the sender after it was opened. */
    reversed: integer('reversed').notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.packetId, t.position] }),
    uniqueIndex('red_packet_shares_opener').on(t.packetId, t.userId).where(sql`user_id IS NOT NULL`),
    index('red_packet_shares_of_opener').on(t.userId, t.packetId).where(sql`user_id IS NOT NULL`),
    index('red_packet_shares_left').on(t.packetId, t.position).where(sql`user_id IS NULL`),
    check('red_packet_shares_amount', sql`${t.amount} > 0`),
  ],
);

/** The people who may open an addressed packet (`limit`). */
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
