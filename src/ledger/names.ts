import { type SQL, sql } from 'drizzle-orm';
import { users } from '../../db/schema/users.ts';

/** SQL of a user's name, for the bill of those who paid them or were paid by them. */
export const nameOf = (user: SQL): SQL =>
  sql`(SELECT bearer.name FROM ${users} AS bearer WHERE bearer.id = ${user})`;
