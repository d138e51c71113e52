import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** The newest code of a number: hashed, five minutes, five tries, one use. */
export const smsCodes = sqliteTable('sms_codes', {
  mobile: text('mobile').primaryKey(),
  digest: text('digest').notNull(),
  expiresAt: integer('expires_at').notNull(),
  triesLeft: integer('tries_left').notNull(),
  /** The call that used it: the mark of its batch. */
  usedBy: integer('used_by'),
});

/** Codes sent, for the limits a number, an address and a day have. Rows older than a day are swept. */
export const smsSends = sqliteTable(
  'sms_sends',
  {
    id: integer('id').primaryKey(),
    mobile: text('mobile').notNull(),
    /** What the client's address counts under (`addressKey`). */
    address: text('address').notNull(),
    sentAt: integer('sent_at').notNull(),
  },
  (t) => [
    index('sms_sends_mobile').on(t.mobile, t.sentAt),
    index('sms_sends_address').on(t.address, t.sentAt),
    index('sms_sends_time').on(t.sentAt),
  ],
);
