import { type SQL, sql } from 'drizzle-orm';
import { users } from '../../db/schema/users.ts';

/** SQL of a user's name, for the bill of whom he paid or was paid by. */
export const nameOf = (user: SQL): SQL =>
  sql`(SELECT bearer.name FROM ${users} AS bearer WHERE bearer.id = ${user})`;
