import { sql } from 'drizzle-orm';
import { friendships } from '../../../db/schema/friends.ts';
import { groupMembers, groups } from '../../../db/schema/groups.ts';
import { eventBodies, inbox, inboxCursors } from '../../../db/schema/inbox.ts';
import { messages } from '../../../db/schema/messages.ts';
import { presences } from '../../../db/schema/presences.ts';
import { pushOutbox, pushProgress } from '../../../db/schema/push.ts';
import { DEVICE, pushDevices, sessions } from '../../../db/schema/sessions.ts';
import { users } from '../../../db/schema/users.ts';
import { p, prepareChange, prepareRead, type Untyped } from '../../platform/database/query.ts';
import { lastSeq } from '../inbox.ts';
import { FROM } from '../message-types.ts';
import type { PushEvent } from './text.ts';

const raw = (value: number) => sql.raw(String(value));

/** Events that one run looks through. */
const PAGE = 500;
/** Pushes that one run sends. */
export const TOGETHER = 200;
/** Tries of one push. */
export const TRIES = 5;

/** What was there before anybody was told stays untold. */
export const begin = prepareChange(
  sql`INSERT INTO ${pushProgress} (id, seq) VALUES (1, ${lastSeq}) ON CONFLICT DO NOTHING`,
);

const reached = sql`(SELECT seq FROM ${pushProgress} WHERE id = 1)`;
const page = sql`SELECT n.seq, n.created_at FROM ${inbox} AS n WHERE n.seq > ${reached} ORDER BY n.seq LIMIT ${raw(PAGE)}`;
/** Up to before the first event that is younger than the grace, at most a page. */
const upTo = sql`COALESCE((SELECT MIN(seq) - 1 FROM (${page}) WHERE created_at > ${p('settled')}),
  (SELECT MAX(seq) FROM (${page})), ${reached})`;

const isAway = sql`NOT EXISTS (SELECT 1 FROM ${presences} AS o WHERE o.user_id = i.user_id AND o.until > ${p('now')})`;
const isLoggedIn = sql`EXISTS (SELECT 1 FROM ${sessions} AS s WHERE s.user_id = i.user_id
  AND s.device IN (d.device, ${DEVICE.unknown}) AND s.ended_at IS NULL AND s.expires_at > ${p('now')})`;
const hasTaken = sql`EXISTS (SELECT 1 FROM ${inboxCursors} AS c WHERE c.user_id = i.user_id
  AND c.device = d.device AND c.seq >= i.seq)`;
const isSilent = sql`CASE i.from_type
  WHEN ${raw(FROM.person)} THEN EXISTS (SELECT 1 FROM ${friendships} AS f
    WHERE f.user_id = i.user_id AND f.friend_id = i.from_id AND (f.receive_tip = 0 OR f.is_blocked = 1))
  WHEN ${raw(FROM.group)} THEN EXISTS (SELECT 1 FROM ${groupMembers} AS g
    WHERE g.group_id = i.dest_id AND g.user_id = i.user_id AND g.receive_tip = 0)
  ELSE 0 END`;
/** The device's user is still to be told of the event: asked when the outbox is filled, and before each try. */
const isWanted = sql`i.created_at > ${p('oldest')} AND ${isAway} AND ${isLoggedIn} AND NOT ${hasTaken} AND NOT ${isSilent}`;
/** A copy for the sender's own devices; what the system says is always for him. */
const isOwn = sql`(i.from_id = i.user_id AND i.from_type <> ${raw(FROM.system)})`;

/** Fills the outbox from the inbox: for devices of who has no socket open, has not taken it and wants to be told. */
export const fill = prepareChange(
  sql`INSERT INTO ${pushOutbox} (seq, user_id, device, due_at)
    SELECT i.seq, i.user_id, d.device, ${p('now')} FROM ${inbox} AS i JOIN ${pushDevices} AS d ON d.user_id = i.user_id
    WHERE i.seq > ${reached} AND i.seq <= ${upTo}
      AND i.type IN (SELECT value FROM json_each(${p('types')})) AND NOT ${isOwn} AND ${isWanted}
    ON CONFLICT DO NOTHING`,
);
/** In the batch of `fill`, behind it. */
export const moveOn = prepareChange(sql`UPDATE ${pushProgress} SET seq = ${upTo} WHERE id = 1`);

/** Takes what is due for this run alone, for as long as the lease lasts. */
export const claim = prepareChange(
  sql`UPDATE ${pushOutbox} SET claim = ${p('mark_claim')}, tries = tries + 1, due_at = ${p('leasedUntil')}
    WHERE id IN (SELECT id FROM ${pushOutbox} WHERE due_at <= ${p('now')} ORDER BY due_at LIMIT ${raw(TOGETHER)})`,
);

export interface Waiting extends Record<string, string | number | null>, PushEvent {
  readonly id: number;
  readonly device: number;
  readonly token: string;
  readonly provider: string;
}

/** What this run has claimed and is still worth telling: not recalled, and wanted as it was when the outbox was filled. */
export const readClaimed = prepareRead<Untyped, Waiting & Record<string, string | number | null>>(
  sql`SELECT o.id, o.device, d.token, d.provider, i.type, i.from_type, i.from_id, i.dest_id,
      COALESCE(m.content, b.content, i.content), u.name, g.name
    FROM ${pushOutbox} AS o JOIN ${inbox} AS i ON i.seq = o.seq
    JOIN ${pushDevices} AS d ON d.user_id = o.user_id AND d.device = o.device
    LEFT JOIN ${messages} AS m ON m.id = i.message_id LEFT JOIN ${eventBodies} AS b ON b.id = i.body_id
    LEFT JOIN ${users} AS u ON u.id = i.from_id LEFT JOIN ${groups} AS g ON i.from_type = ${raw(FROM.group)} AND g.id = i.dest_id
    WHERE o.claim = ${p('mark_claim')} AND m.recalled_at IS NULL AND ${isWanted} ORDER BY o.seq`,
  [
    'id',
    'device',
    'token',
    'provider',
    'type',
    'fromType',
    'fromId',
    'destId',
    'content',
    'fromName',
    'groupName',
  ],
);

const isMine = sql`claim = ${p('mark_claim')}`;
const isOneOf = (ids: string) => sql`id IN (SELECT value FROM json_each(${p(ids)}))`;
/** Forgets what was claimed and is not worth telling any more. Values: `claim`, `wanted`. */
export const dropUnwanted = prepareChange(
  sql`DELETE FROM ${pushOutbox} WHERE ${isMine} AND NOT ${isOneOf('wanted')}`,
);
/** Forgets what was tried, save what is to be tried again and may be. Values: `claim`, `tried`, `again`. */
export const dropTried = prepareChange(
  sql`DELETE FROM ${pushOutbox} WHERE ${isMine} AND ${isOneOf('tried')}
    AND (tries >= ${raw(TRIES)} OR NOT ${isOneOf('again')})`,
);
/** Half a minute after the first try, then twice as long each time. Values: `claim`, `again`, `now`. */
export const postpone = prepareChange(
  sql`UPDATE ${pushOutbox} SET claim = '', due_at = ${p('now')} + (15000 << tries) WHERE ${isMine} AND ${isOneOf('again')}`,
);
/** Gives back what was not tried. Values: `claim`, `now`. */
export const release = prepareChange(
  sql`UPDATE ${pushOutbox} SET claim = '', tries = tries - 1, due_at = ${p('now')} WHERE ${isMine}`,
);
/** Forgets dead tokens. */
export const forget = prepareChange(
  sql`DELETE FROM ${pushDevices} WHERE token IN (SELECT value FROM json_each(${p('gone')}))`,
);
