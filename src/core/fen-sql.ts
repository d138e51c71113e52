import { type SQL, sql } from 'drizzle-orm';

/** SQL of an amount that is not below zero, as it goes out: `12.30`. In TypeScript it is `yuan`. */
export const yuanSql = (amount: SQL): SQL => sql`printf('%d.%02d', ${amount} / 100, ${amount} % 100)`;
