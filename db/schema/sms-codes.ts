import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/**
 * The newest code of a number: hashed, five minutes, one use. Wrong tries are counted for the address that tries
 * (`wrong_tries`).
 */
export const smsCodes = sqliteTable(
  'sms_codes',
  {
    mobile: text('mobile').primaryKey(),
    digest: text('digest').notNull(),
    expiresAt: integer('expires_at').notNull(),
    /** Wrong tries that are left to those, all together, who have not ordered a code of this number. */
    triesLeft: integer('tries_left').notNull(),
    /** The call that used it: the mark of its batch. */
    usedBy: integer('used_by'),
  },
  (t) => [index('sms_codes_expired').on(t.expiresAt)],
);

/** Codes sent, for the limits per number, address and day. Rows older than a day are swept. */
export const smsSends = sqliteTable(
  'sms_sends',
  {
    id: integer('id').primaryKey(),
    mobile: text('mobile').notNull(),
    /** What the client's address counts under (`addressKey`). */
    address: text('address').notNull(),
    /** The IPv6 networks around it (`networksOf`); null for IPv4. */
    network56: text('network56'),
    network48: text('network48'),
    sentAt: integer('sent_at').notNull(),
  },
  (t) => [
    index('sms_sends_mobile').on(t.mobile, t.sentAt),
    index('sms_sends_address').on(t.address, t.sentAt),
    index('sms_sends_network56').on(t.network56, t.sentAt).where(sql`network56 IS NOT NULL`),
    index('sms_sends_network48').on(t.network48, t.sentAt).where(sql`network48 IS NOT NULL`),
    index('sms_sends_time').on(t.sentAt),
  ],
);
