import { sql } from 'drizzle-orm';
import {
  AUDIENCE,
  type Audience,
  announcements,
  announcementTargets,
} from '../../db/schema/announcements.ts';
import { inbox } from '../../db/schema/inbox.ts';
import type { AnnouncementId, UserId } from '../core/ids.ts';
import type { Db } from '../platform/database/db.ts';
import { p, prepareRead } from '../platform/database/query.ts';
import type { LiveEvent } from './live-events.ts';
import { type InboxRow, MESSAGE_KEYS, messageObject } from './message.ts';

/** Users to whom one slice hands an announcement: some milliseconds. */
export const SLICE = 500;

type Announced = InboxRow & {
  readonly id: AnnouncementId;
  readonly audience: Audience;
  /** The kind of device that it is for; null: every kind. */
  readonly forDevice: number | null;
  readonly lastUser: UserId;
};
/** An announcement, while its row is in the inbox: one that was stopped has none. */
const readAnnounced = prepareRead<{ seq: number }, Announced & Record<string, string | number | null>>(
  sql`SELECT i.seq, i.type, i.msg_id, i.from_id, i.from_type, i.dest_id, i.content, i.created_at, NULL, NULL, NULL, NULL,
      n.id, n.audience, n.device, n.last_user
    FROM ${announcements} AS n JOIN ${inbox} AS i ON i.seq = n.seq WHERE n.seq = ${p('seq')}`,
  ['seq', ...MESSAGE_KEYS, 'id', 'audience', 'forDevice', 'lastUser'],
);
const readTargets = prepareRead<{ seq: number; after: number }, { user: UserId }>(
  sql`SELECT t.user_id FROM ${announcements} AS n JOIN ${announcementTargets} AS t ON t.announcement_id = n.id
    WHERE n.seq = ${p('seq')} AND n.audience = ${sql.raw(String(AUDIENCE.list))} AND t.user_id > ${p('after')}
    ORDER BY t.user_id LIMIT ${sql.raw(String(SLICE))}`,
  ['user'],
);

/** Those who are here. */
export interface Crowd {
  users(): Iterable<UserId>;
  /** Hands a user an event, on devices of this kind alone where there is one. */
  hand(user: UserId, device: number | null, event: () => LiveEvent): void;
}

const eventFor = (row: Announced, user: UserId): LiveEvent => {
  const body = JSON.stringify(messageObject({ ...row, destId: user }));
  return { seq: row.seq, said: { fromId: row.fromId, device: null, body } };
};

function handTo(crowd: Crowd, row: Announced, users: readonly UserId[]): void {
  for (const user of users)
    if (user <= row.lastUser) crowd.hand(user, row.forDevice, () => eventFor(row, user));
}

function nextOf(users: Iterator<UserId>): UserId[] {
  const some: UserId[] = [];
  while (some.length < SLICE) {
    const { value, done } = users.next();
    if (done) break;
    some.push(value);
  }
  return some;
}

/**
 * Hands the announcement at a place to everybody here who gets it, a slice after another. Others have their turn in
 * between, and it is looked up before each slice: once it was stopped, nobody else gets it.
 */
export async function announce(db: Db, seq: number, crowd: Crowd): Promise<void> {
  const here = crowd.users()[Symbol.iterator]();
  for (let after = 0; ; ) {
    const {
      announced: [row],
      targets,
    } = await db.read({ announced: readAnnounced({ seq }), targets: readTargets({ seq, after }) });
    if (!row) return;
    const some = row.audience === AUDIENCE.list ? targets.map(({ user }) => user) : nextOf(here);
    handTo(crowd, row, some);
    if (some.length < SLICE) return;
    after = some.at(-1) ?? after;
    await new Promise((rested) => setImmediate(rested));
  }
}
