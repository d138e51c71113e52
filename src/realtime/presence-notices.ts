import { type SQL, sql } from 'drizzle-orm';
import { FRIEND, friendships } from '../../db/schema/friends.ts';
import { users } from '../../db/schema/users.ts';
import type { Clock } from '../core/clock.ts';
import type { UserId } from '../core/ids.ts';
import { type Random, randomText } from '../core/random.ts';
import type { Db } from '../platform/database/db.ts';
import { p, prepareRead } from '../platform/database/query.ts';
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

interface NoticePorts extends PresencePorts {
  readonly sockets: Pick<Sockets, 'show' | 'reaches'>;
}

/** People whose friends are looked for at once. */
const TOGETHER = 20;
/** Notices that are gathered before they are shown: a friend of many of these people is written to once. */
const SHOWN_TOGETHER = 5000;

/** What is shown of a person, and a JSON array of friends' ids. One row per friend would take longer to read than to find. */
interface Known extends Record<string, string> {
  readonly name: string;
  readonly headUrl: string;
  readonly friends: string;
}
const columns = ['name', 'headUrl', 'friends'] as const;
/**
 * The friends of `user`, of whom nobody is one across a block. They are found on their own side of the friendship,
 * where an index alone answers it.
 */
const friendsOf = (alike: SQL, limit: SQL = sql``) => sql`SELECT me.name, me.head_url,
    (SELECT json_group_array(w.id) FROM (SELECT f.user_id AS id FROM ${friendships} AS f ${alike}
      WHERE f.friend_id = me.id AND f.state = ${FRIEND.friends}
        AND f.user_id NOT IN (${blockedWith(sql`${p('user')}`)}) ${limit}) AS w)
  FROM ${users} AS me WHERE me.id = ${p('user')}`;

/** All the friends of a person, for a home that knows itself who of them is here. */
const readFriends = prepareRead<{ user: UserId }, Known>(friendsOf(sql``), columns);
/** Those who are online, at most so many. */
const readOnlineFriends = prepareRead<{ user: UserId; most: number }, Known>(
  friendsOf(sql`CROSS JOIN ${users} AS u ON u.id = f.user_id AND u.is_online = 1`, sql`LIMIT ${p('most')}`),
  columns,
);

/**
 * Shows that people came or went (events 5 and 6) to those of their friends who are online. It is stored nowhere:
 * a friend who has no socket just then learns it by `isOnline`.
 * @param most friends of each who are told; all where absent
 */
export async function tellFriends(
  ports: NoticePorts,
  changes: readonly PresenceChange[],
  most: number = ALL_FRIENDS,
): Promise<void> {
  const notices: Notice[] = [];
  for (let i = 0; i < changes.length; i += TOGETHER) {
    for (const notice of await noticesOf(ports, changes.slice(i, i + TOGETHER), most)) notices.push(notice);
    if (notices.length >= SHOWN_TOGETHER) await ports.sockets.show(notices.splice(0));
  }
  if (notices.length > 0) await ports.sockets.show(notices);
}

async function noticesOf(
  { db, clock, random, sockets }: NoticePorts,
  changes: readonly PresenceChange[],
  most: number,
): Promise<Notice[]> {
  const { reaches } = sockets;
  const { found } = await db.read({
    found: changes.map(({ userId: user }) =>
      reaches ? readFriends({ user }) : readOnlineFriends({ user, most }),
    ),
  });
  return changes.flatMap(({ userId, isOnline }, i) => {
    const [row] = found[i] ?? [];
    if (!row) return [];
    const friends: readonly UserId[] = JSON.parse(row.friends);
    const watchers = reaches ? friends.filter(reaches) : friends;
    if (watchers.length === 0) return [];
    const { destId, ...said } = messageObject({
      type: isOnline ? EVENT.friendOnline : EVENT.friendOffline,
      msgId: randomText(random, 22),
      fromId: userId,
      fromName: row.name,
      fromHead: row.headUrl,
      fromType: FROM.person,
      destId: 0,
      content: '',
      createdAt: clock.now(),
      messageId: null,
      device: null,
    });
    // The same for all but for whom it is.
    const text = JSON.stringify(said).slice(0, -1);
    return watchers.map((watcher) => ({
      to: watcher,
      message: `${text},"destId":${watcher}}`,
    }));
  });
}
