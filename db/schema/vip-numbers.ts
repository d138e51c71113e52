import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { ChangeId, NumberId, OrderId } from '../../src/core/ids.ts';
import { paymentOrders } from './payment-orders.ts';

/** Kinds of vip numbers (靓号) and what one costs, in fen. */
export const numberTypes = sqliteTable(
  'number_types',
  {
    id: integer('id').primaryKey(),
    name: text('name').notNull().unique(),
    price: integer('price').notNull(),
    /** From then on none of its numbers is shown or sold. */
    withdrawnAt: integer('withdrawn_at'),
  },
  (t) => [check('number_types_price', sql`${t.price} > 0`)],
);

/** The numbers there are. One that somebody has is in `users.vip_number`, the only place that says whose it is. */
export const vipNumbers = sqliteTable(
  'vip_numbers',
  {
    id: integer('id').primaryKey().$type<NumberId>(),
    typeId: integer('type_id')
      .notNull()
      .references(() => numberTypes.id),
    number: text('number').notNull().unique(),
    /** Since then it is not for sale, until it is released. */
    withheldAt: integer('withheld_at'),
  },
  (t) => [index('vip_numbers_type').on(t.typeId)],
);

/**
 * What a payment order for a number is about. While that order can be paid, the number is reserved for its buyer.
 * Of newcomers who never paid, whatever tells who they are is emptied after 30 days.
 */
export const numberOrders = sqliteTable(
  'number_orders',
  {
    orderId: integer('order_id')
      .primaryKey()
      .$type<OrderId>()
      .references(() => paymentOrders.id),
    number: text('number')
      .notNull()
      .references(() => vipNumbers.number),
    /** `user:17229`, or `mobile:+86…` of somebody who registers by buying; empty once they are forgotten. */
    buyer: text('buyer').notNull(),
    /** What the client's address counts under (`addressKey`). */
    address: text('address').notNull(),
    /** The IPv6 networks around it (`networksOf`); null for IPv4. */
    network56: text('network56'),
    network48: text('network48'),
    /** Of whom an account is made for; null where a user buys. */
    mobile: text('mobile'),
    /** scrypt; emptied once the order is paid. */
    passwordHash: text('password_hash').notNull().default(''),
    name: text('name').notNull().default(''),
    headUrl: text('head_url').notNull().default(''),
    /** The call that gave the buyer the number, the mark of its batch; null where it was gone, or nobody has paid. */
    soldBy: integer('sold_by').$type<ChangeId>(),
  },
  (t) => [
    index('number_orders_number').on(t.number),
    index('number_orders_buyer').on(t.buyer),
    // Whose order is not paid, and who are therefore to be forgotten some day.
    index('number_orders_unsold').on(t.orderId).where(sql`mobile IS NOT NULL AND sold_by IS NULL`),
    index('number_orders_address').on(t.address),
    index('number_orders_network56').on(t.network56).where(sql`network56 IS NOT NULL`),
    index('number_orders_network48').on(t.network48).where(sql`network48 IS NOT NULL`),
  ],
);
