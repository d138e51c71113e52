import { sql } from 'drizzle-orm';
import { FRIEND, friendships } from '../../db/schema/friends.ts';
import { users } from '../../db/schema/users.ts';
import type { Clock } from '../core/clock.ts';
import type { UserId } from '../core/ids.ts';
import { type Random, randomText } from '../core/random.ts';
import type { Db } from '../platform/database/db.ts';
import { p, prepareRead, type Untyped } from '../platform/database/query.ts';
import { messageObject } from './message.ts';
import { EVENT, FROM } from './message-types.ts';
import { blockedWith } from './relations.ts';
import { ALL_FRIENDS, type Notice, type Sockets } from './sockets.ts';

/** Somebody has come or gone. */
export interface PresenceChange {
  readonly userId: UserId;
  readonly isOnline: boolean;
}

export interface PresencePorts {
  readonly db: Db;
  readonly clock: Clock;
  readonly random: Random;
}

/** People whose friends are looked for at once. */
const TOGETHER = 20;

/** Friends who are online themselves, at most so many, and of whom they hear; across a block nobody is one. */
const readWatchers = prepareRead<Untyped, { watcher: UserId; name: string; headUrl: string }>(
  sql`SELECT f.friend_id, me.name, me.head_url FROM ${users} AS me
    CROSS JOIN ${friendships} AS f ON f.user_id = me.id AND f.state = ${FRIEND.friends}
    CROSS JOIN ${users} AS u ON u.id = f.friend_id AND u.is_online = 1
    WHERE me.id = ${p('user')} AND f.friend_id NOT IN (${blockedWith(sql`${p('user')}`)})
    LIMIT ${p('most')}`,
  ['watcher', 'name', 'headUrl'],
);

/**
 * Shows that people came or went (events 5 and 6) to those of their friends who are online. It is stored nowhere:
 * a friend who has no socket just then learns it by `isOnline`.
 * @param most friends of each who are told; all where absent
 */
export async function tellFriends(
  ports: PresencePorts & { readonly sockets: Pick<Sockets, 'show'> },
  changes: readonly PresenceChange[],
  most: number = ALL_FRIENDS,
): Promise<void> {
  for (let i = 0; i < changes.length; i += TOGETHER) {
    const some = changes.slice(i, i + TOGETHER);
    await ports.sockets.show(await noticesOf(ports, some, most));
  }
}

async function noticesOf(
  { db, clock, random }: PresencePorts,
  changes: readonly PresenceChange[],
  most: number,
): Promise<Notice[]> {
  const { watchers } = await db.read({
    watchers: changes.map(({ userId }) => readWatchers({ user: userId, most })),
  });
  return changes.flatMap(({ userId, isOnline }, i) => {
    const [first] = watchers[i] ?? [];
    if (!first) return [];
    const { destId, ...said } = messageObject({
      type: isOnline ? EVENT.friendOnline : EVENT.friendOffline,
      msgId: randomText(random, 22),
      fromId: userId,
      fromName: first.name,
      fromHead: first.headUrl,
      fromType: FROM.person,
      destId: 0,
      content: '',
      createdAt: clock.now(),
      messageId: null,
      device: null,
    });
    // The same for all but for whom it is.
    const text = JSON.stringify(said).slice(0, -1);
    return (watchers[i] ?? []).map(({ watcher }) => ({
      to: watcher,
      message: `${text},"destId":${watcher}}`,
    }));
  });
}
