import { sql } from 'drizzle-orm';
import { changedTo } from './relation.ts';

const me = sql`${sql.placeholder('me')}`;
const other = sql`${sql.placeholder('other')}`;

/** The mark of a batch that has just ended the friendship of `me` and `other`. */
export const friendshipEnded = changedTo(0, me, other);
