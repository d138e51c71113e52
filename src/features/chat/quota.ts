import { sql } from 'drizzle-orm';
import { messageCounts } from '../../../db/schema/messages.ts';
import { chinaDayStart } from '../../core/china-time.ts';
import type { Settings } from '../../core/settings.ts';
import { p } from '../../platform/database/query.ts';

/** UTF-16 units of content beyond which a message counts as one more. */
const UNITS = 1000;

/** The values of what follows, for a message sent at `now`. */
export const quotaValues = ({ MESSAGES_PER_DAY }: Settings, now: number, content: string) => ({
  day: chinaDayStart(now),
  weight: 1 + Math.floor(content.length / UNITS),
  perDay: MESSAGES_PER_DAY === 0 ? Number.MAX_SAFE_INTEGER : MESSAGES_PER_DAY,
});

/** What `withinQuota` and the count want beside `me`. */
export type QuotaValues = ReturnType<typeof quotaValues>;

/** The sender (`me`) may send this message today. A day that another process has begun counts, too. */
export const withinQuota = sql`COALESCE((SELECT q.count FROM ${messageCounts} AS q
  WHERE q.user_id = ${p('me')} AND q.day >= ${p('day')}), 0) + ${p('weight')} <= ${p('perDay')}`;

/** How a statement begins that counts the message, under a condition: `SELECT … WHERE` it. */
export const COUNT = sql`INSERT INTO ${messageCounts} (user_id, day, count) SELECT ${p('me')}, ${p('day')}, ${p('weight')}`;
/** And how it ends. */
export const INTO_COUNT = sql`ON CONFLICT (user_id) DO UPDATE SET
  count = excluded.count + CASE WHEN excluded.day > message_counts.day THEN 0 ELSE message_counts.count END,
  day = MAX(excluded.day, message_counts.day)`;
