import { sql } from 'drizzle-orm';
import { presenceChanges, presences } from '../../db/schema/presences.ts';
import { users } from '../../db/schema/users.ts';
import type { UserId } from '../core/ids.ts';
import { type Allowance, inSlices } from '../core/in-slices.ts';
import type { Db } from '../platform/database/db.ts';
import { p, prepareChange, prepareRead } from '../platform/database/query.ts';
import { prepareSweep } from '../platform/database/sweep.ts';
import { type PresencePorts, tellFriends } from './presence-notices.ts';
import type { Sockets } from './sockets.ts';

/** How long a home may be silent before those whom it holds count as gone. */
export const PRESENCE_LIFE_MS = 5 * 60_000;
/** How long other processes may take to see who came or went. */
const CHANGE_LIFE_MS = 60_000;

/** The home that speaks, and the time. */
type Said = {
  /** The home that says it. */
  readonly home: string;
  /** Epoch ms. */
  readonly now: number;
};

/** The users of a batch that says the same of many. */
const those = sql`(SELECT value FROM json_each(${p('users')}))`;
const isOpen = sql`EXISTS (SELECT 1 FROM ${presences} AS o WHERE o.user_id = u.id)`;
const goes = sql`u.id IN ${those} AND u.is_online = 1 AND NOT ${isOpen}`;
const lapsed = sql`u.is_online = 1 AND NOT ${isOpen}`;

/** The users who have come or gone by a batch. */
type Changed = { id: UserId };

const open = prepareChange<{ users: string; home: string; until: number }>(
  sql`INSERT INTO ${presences} (user_id, home, until) SELECT value, ${p('home')}, ${p('until')} FROM json_each(${p('users')})
    WHERE true ON CONFLICT (user_id, home) DO UPDATE SET until = excluded.until`,
);
const close = prepareChange<{ users: string; home: string }>(
  sql`DELETE FROM ${presences} WHERE user_id IN ${those} AND home = ${p('home')}`,
);
const showOnline = prepareRead<{ users: string }, Changed>(
  sql`UPDATE ${users} SET is_online = 1 WHERE id IN ${those} AND is_online = 0 RETURNING id`,
  ['id'],
);
const showOffline = prepareRead<{ users: string }, Changed>(
  sql`UPDATE ${users} AS u SET is_online = 0 WHERE ${goes} RETURNING id`,
  ['id'],
);
const showLapsed = prepareRead<void, Changed>(
  sql`UPDATE ${users} AS u SET is_online = 0 WHERE ${lapsed} RETURNING id`,
  ['id'],
);

const INTO_CHANGES = sql`INSERT INTO ${presenceChanges} (user_id, is_online, home, created_at)`;
/** There is a process that holds sockets beside this one. */
const isShared = sql`(COALESCE((SELECT MIN(home) FROM ${presences}), ${p('home')}) <> ${p('home')}
  OR COALESCE((SELECT MAX(home) FROM ${presences}), ${p('home')}) <> ${p('home')})`;
const noteCame = prepareChange<Said & { users: string }>(
  sql`${INTO_CHANGES} SELECT u.id, 1, ${p('home')}, ${p('now')} FROM ${users} AS u
    WHERE u.id IN ${those} AND u.is_online = 0 AND ${isShared}`,
);
const noteWent = prepareChange<Said & { users: string }>(
  sql`${INTO_CHANGES} SELECT u.id, 0, ${p('home')}, ${p('now')} FROM ${users} AS u WHERE ${goes} AND ${isShared}`,
);
const noteLapsed = prepareChange<Said>(
  sql`${INTO_CHANGES} SELECT u.id, 0, ${p('home')}, ${p('now')} FROM ${users} AS u WHERE ${lapsed} AND ${isShared}`,
);

/** Rows that one step of the sweep takes for gone, and changes that it forgets. */
const TOGETHER = 200;
const forgetChanges = prepareSweep(presenceChanges, presenceChanges.createdAt);
const silent = sql`FROM ${presences} WHERE until <= ${p('now')} ORDER BY until LIMIT ${sql.raw(String(TOGETHER))}`;
/** Those of the step who have no other rows. */
const isSilent = sql`u.id IN (SELECT user_id ${silent}) AND u.is_online = 1
  AND NOT EXISTS (SELECT 1 FROM ${presences} AS o WHERE o.user_id = u.id AND o.until > ${p('now')})`;
const noteSilent = prepareChange<Said>(
  sql`${INTO_CHANGES} SELECT u.id, 0, ${p('home')}, ${p('now')} FROM ${users} AS u WHERE ${isSilent} AND ${isShared}`,
);
const showSilent = prepareRead<{ now: number }, Changed>(
  sql`UPDATE ${users} AS u SET is_online = 0 WHERE ${isSilent} RETURNING id`,
  ['id'],
);
const forgetSilent = prepareChange<{ now: number }>(
  sql`DELETE FROM ${presences} WHERE rowid IN (SELECT rowid ${silent})`,
);

const forgetAll = prepareChange<void>(sql`DELETE FROM ${presences}`);
const forgetHome = prepareChange<{ home: string }>(sql`DELETE FROM ${presences} WHERE home = ${p('home')}`);

/**
 * The batch of a home for those who have a socket in it: they are online. `came` names who was not shown so: their
 * friends are to hear it. Repeated while they stay, it also brings back those whom a silence has put offline.
 */
export const keepOnline = (who: readonly UserId[], { home, now }: Said) => {
  const values = { users: JSON.stringify(who), home, now, until: now + PRESENCE_LIFE_MS };
  return { open: open(values), came: showOnline(values) };
};

/** The batch of a home for those whose last socket in it has closed. `went` names who is gone. */
export const leaveHome = (who: readonly UserId[], { home, now }: Said) => {
  const values = { users: JSON.stringify(who), home, now };
  return { close: close(values), went: showOffline(values) };
};

/** `keepOnline` and `leaveHome` in one, of a process that may share its database: the others see what it says. */
export const sayOfProcess = (here: readonly UserId[], gone: readonly UserId[], { home, now }: Said) => {
  const came = { users: JSON.stringify(here), home, now };
  const left = { users: JSON.stringify(gone), home, now };
  return {
    noteCame: noteCame(came),
    open: open({ ...came, until: now + PRESENCE_LIFE_MS }),
    close: close(left),
    noteWent: noteWent(left),
    came: showOnline(came),
    went: showOffline(left),
  };
};

/** The batch of a process that stops: nobody has a socket in it any more. */
export const stopHome = (said: Said) => ({ forget: forgetHome({ home: said.home }), ...sweepLapsed(said) });

/** Whoever is shown online without any row goes offline. `lapsed` names them. */
export const sweepLapsed = ({ home, now }: Said) => ({
  note: noteLapsed({ home, now }),
  lapsed: showLapsed(),
});

/**
 * Puts everybody offline whose home has not been heard of for too long, and shows it to their friends.
 * @returns how many
 */
export async function sweepPresences(
  ports: PresencePorts & { readonly sockets: Sockets },
  allowance?: Allowance,
): Promise<number> {
  const { db, clock, sockets } = ports;
  let total = 0;
  const step = async () => {
    const said = { home: sockets.home, now: clock.now() };
    const { changes, gone, offline } = await db.write({
      changes: forgetChanges({ before: said.now - CHANGE_LIFE_MS, limit: TOGETHER }),
      note: noteSilent(said),
      offline: showSilent(said),
      gone: forgetSilent(said),
    });
    const went = offline.map(({ id }) => ({ userId: id, isOnline: false }));
    await tellFriends(ports, went, sockets.friendsTold);
    total += went.length;
    return changes === TOGETHER || gone === TOGETHER;
  };
  await inSlices(clock, step, { trips: 2, allowance });
  return total;
}

/** At the start of the only process on a database nobody is online, whatever a crash left. */
export async function resetPresences({ db }: { db: Db }): Promise<void> {
  await db.write({ forget: forgetAll(), lapsed: showLapsed() });
}
