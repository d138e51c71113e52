import { sql } from 'drizzle-orm';
import { announcements } from '../../db/schema/announcements.ts';
import { presences } from '../../db/schema/presences.ts';
import type { AnnouncementId, UserId } from '../core/ids.ts';
import { type Allowance, inSlices } from '../core/in-slices.ts';
import { p, prepareChange, prepareRead } from '../platform/database/query.ts';
import type { Platform } from './context.ts';

/** By then every object has looked by itself. */
const LONGEST_MS = 5 * 60_000;
/** Users for whom one request is made, and the round trips of a step beside these. */
const BY_REQUEST = 40;
const STEP_TRIPS = 2;

const asleep = sql`SELECT id FROM ${announcements} WHERE woken_up_to IS NOT NULL ORDER BY id LIMIT 1`;
const readAsleep = prepareRead<void, { id: AnnouncementId; sentAt: number }>(
  sql`SELECT n.id, n.sent_at FROM ${announcements} AS n WHERE n.id = (${asleep})`,
  ['id', 'sentAt'],
);
const readPresent = prepareRead<{ limit: number }, { user: UserId }>(
  sql`SELECT DISTINCT o.user_id FROM ${presences} AS o
    WHERE o.user_id > (SELECT n.woken_up_to FROM ${announcements} AS n WHERE n.id = (${asleep}))
    ORDER BY o.user_id LIMIT ${p('limit')}`,
  ['user'],
);
const moveOn = prepareChange<{ announcement: AnnouncementId; upTo: number | null }>(
  sql`UPDATE ${announcements} SET woken_up_to = ${p('upTo')} WHERE id = ${p('announcement')}`,
);

/**
 * Has the sockets of everybody look for an announcement, some at a time, where each user's are an object's of their
 * own: one row is no news of any single user. Those whom it does not reach in time have looked by themselves. Where sockets see
 * by themselves what comes, it does nothing. Answers how many it has told.
 */
export async function wakeReaders({ db, clock, sockets }: Platform, allowance?: Allowance): Promise<number> {
  const limit = sockets.wokenTogether;
  if (limit === 0) return 0;
  let total = 0;
  const step = async () => {
    const {
      asleep: [found],
      present,
    } = await db.read({ asleep: readAsleep(), present: readPresent({ limit }) });
    if (!found) return false;
    const isLate = found.sentAt <= clock.now() - LONGEST_MS;
    const users = isLate ? [] : present.map(({ user }) => user);
    await sockets.wake(users);
    total += users.length;
    const last = users.length < limit ? undefined : users.at(-1);
    await db.write(moveOn({ announcement: found.id, upTo: last ?? null }));
    return true;
  };
  await inSlices(clock, step, { trips: STEP_TRIPS + Math.ceil(limit / BY_REQUEST), allowance });
  return total;
}
