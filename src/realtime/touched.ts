import { type SQL, sql } from 'drizzle-orm';
import { inbox } from '../../db/schema/inbox.ts';
import { presences } from '../../db/schema/presences.ts';
import { sessions } from '../../db/schema/sessions.ts';
import type { Ring } from '../platform/database/executor.ts';
import { textOf } from '../platform/database/query.ts';

const userOf = (user: SQL) =>
  textOf(sql`user_id, EXISTS (SELECT 1 FROM ${presences} AS o WHERE o.user_id = ${user})`);

/** SQL of what a statement that rings returns where sockets live elsewhere: whom it touched, and 1 where they have a socket open. */
export const TOUCHED: Readonly<Record<Ring, string>> = {
  events: userOf(sql`${inbox.userId}`),
  sessions: userOf(sql`${sessions.userId}`),
};
