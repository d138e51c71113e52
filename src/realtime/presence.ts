import { sql } from 'drizzle-orm';
import { FRIEND, friendships } from '../../db/schema/friends.ts';
import { presences } from '../../db/schema/presences.ts';
import { users } from '../../db/schema/users.ts';
import type { Clock } from '../core/clock.ts';
import type { UserId } from '../core/ids.ts';
import type { Random } from '../core/random.ts';
import type { Db } from '../platform/database/db.ts';
import { p, prepareChange } from '../platform/database/query.ts';
import { EVENT, eventValues, FROM, prepareEvent } from './events.ts';
import { INTO_INBOX } from './inbox.ts';
import { blockedEitherWay } from './relations.ts';

/** How long a home may be silent before those whom it holds count as gone. */
export const PRESENCE_LIFE_MS = 5 * 60_000;

const isOpen = sql`EXISTS (SELECT 1 FROM ${presences} AS o WHERE o.user_id = ${p('from')})`;
/** The users of a batch that says of many that they are online. */
const those = sql`(SELECT value FROM json_each(${p('users')}))`;

/** Friends of `me` (a row of `users`) who are online themselves: the others see it when they come. */
const onlineFriends = sql`${friendships} AS f ON f.user_id = me.id AND f.state = ${FRIEND.friends}
  JOIN ${users} AS u ON u.id = f.friend_id AND u.is_online = 1`;
const noBlock = sql`NOT ${blockedEitherWay(sql`f.user_id`, sql`f.friend_id`)}`;

const open = prepareChange(
  sql`INSERT INTO ${presences} (user_id, home, until) SELECT value, ${p('home')}, ${p('until')} FROM json_each(${p('users')})
    WHERE true ON CONFLICT (user_id, home) DO UPDATE SET until = excluded.until`,
);
const close = prepareChange(
  sql`DELETE FROM ${presences} WHERE user_id = ${p('from')} AND home = ${p('home')}`,
);
const tellOnline = prepareEvent(
  sql`SELECT f.friend_id AS user_id, me.id AS from_id FROM ${users} AS me JOIN ${onlineFriends}
    WHERE me.id IN ${those} AND me.is_online = 0 AND ${noBlock}`,
  undefined,
  { from: sql`recipient.from_id` },
);
const tellOffline = prepareEvent(
  sql`SELECT f.friend_id AS user_id FROM ${users} AS me JOIN ${onlineFriends}
    WHERE me.id = ${p('from')} AND me.is_online = 1 AND NOT ${isOpen} AND ${noBlock}`,
);
const showOnline = prepareChange(
  sql`UPDATE ${users} SET is_online = 1 WHERE id IN ${those} AND is_online = 0`,
);
const showOffline = prepareChange(
  sql`UPDATE ${users} SET is_online = 0 WHERE id = ${p('from')} AND is_online = 1 AND NOT ${isOpen}`,
);

const forgetLapsed = prepareChange(sql`DELETE FROM ${presences} WHERE until <= ${p('now')}`);
const forgetAll = prepareChange(sql`DELETE FROM ${presences}`);
const lapsed = sql`u.is_online = 1 AND NOT EXISTS (SELECT 1 FROM ${presences} AS o WHERE o.user_id = u.id)`;
const tellLapsed = prepareChange(
  sql`${INTO_INBOX} (user_id, type, msg_id, from_id, from_type, dest_id, content, created_at)
    SELECT f.friend_id, ${sql.raw(String(EVENT.friendOffline))}, 'offline-' || u.id || '-' || ${p('now')}, u.id,
      ${sql.raw(String(FROM.person))}, f.friend_id, '', ${p('now')}
    FROM ${users} AS u CROSS JOIN ${friendships} AS f ON f.user_id = u.id AND f.state = ${FRIEND.friends}
    WHERE ${lapsed} AND EXISTS (SELECT 1 FROM ${presences} AS his WHERE his.user_id = f.friend_id) AND ${noBlock}`,
  { rings: 'events' },
);
const showLapsed = prepareChange(sql`UPDATE ${users} AS u SET is_online = 0 WHERE ${lapsed}`);

/** Drops the rows of a home that stops. */
export const forgetHome = prepareChange(sql`DELETE FROM ${presences} WHERE home = ${p('home')}`);

/** Whoever is shown online without any row goes offline, and his friends hear it. */
export const sweepLapsed = (now: number) => [tellLapsed({ now }), showLapsed()] as const;

/** Puts everybody offline whose home has not been heard of for too long. */
export async function sweepPresences({ db, clock }: { db: Db; clock: Clock }): Promise<number> {
  const now = clock.now();
  const [, , offline] = await db.write(forgetLapsed({ now }), ...sweepLapsed(now));
  return offline;
}

/** At the start of the only process on a database nobody is online, whatever a crash left. */
export async function resetPresences({ db }: { db: Db }): Promise<void> {
  await db.write(forgetAll(), showLapsed());
}

interface Facts {
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * The batch for users who have a socket in this home: they are online, and their friends hear it where they were
 * not shown so. Said anew while they stay, it also brings back whom a silence of the home has put offline.
 */
export const keepOnline = (facts: Facts, who: readonly UserId[], home: string) => {
  const event = eventValues(facts, { type: EVENT.friendOnline, from: 0, fromType: FROM.person });
  const until = facts.clock.now() + PRESENCE_LIFE_MS;
  const values = { ...event, users: JSON.stringify(who), home, until };
  return [tellOnline(values), open(values), showOnline(values)] as const;
};

/** The batch for a user whose last socket of this home has closed. */
export const wentOffline = (facts: Facts, user: UserId, home: string) => {
  const event = eventValues(facts, { type: EVENT.friendOffline, from: user, fromType: FROM.person });
  const values = { ...event, home };
  return [close(values), tellOffline(values), showOffline(values)] as const;
};
