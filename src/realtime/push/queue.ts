import { sql } from 'drizzle-orm';
import { groups } from '../../../db/schema/groups.ts';
import { eventBodies, inbox } from '../../../db/schema/inbox.ts';
import { messages } from '../../../db/schema/messages.ts';
import { pushOutbox } from '../../../db/schema/push.ts';
import { pushDevices } from '../../../db/schema/sessions.ts';
import { users } from '../../../db/schema/users.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import { FROM } from '../message-types.ts';
import type { PushEvent } from './text.ts';
import { isLate, isWanted } from './wanted.ts';

const raw = (value: number) => sql.raw(String(value));

/** Pushes that one step claims. */
export const TOGETHER = 500;
/** Tries of one push. */
const TRIES = 5;

/** The run whose claim it is. Lists of ids are JSON. */
type Mine = { readonly mark_claim: string };

/** Takes what is due for this run alone, for as long as the lease lasts. */
export const claim = prepareChange<Mine & { now: number; leasedUntil: number }>(
  sql`UPDATE ${pushOutbox} SET claim = ${p('mark_claim')}, tries = tries + 1, due_at = ${p('leasedUntil')}
    WHERE id IN (SELECT id FROM ${pushOutbox} WHERE due_at <= ${p('now')} ORDER BY due_at LIMIT ${raw(TOGETHER)})`,
);

export interface Waiting extends Record<string, string | number | null>, PushEvent {
  readonly id: number;
  readonly device: number;
  readonly token: string;
  readonly provider: string;
  /** 1 where it has waited for too long. */
  readonly late: number;
}

/**
 * What this run has claimed and is still to be told: not recalled, and wanted as it was when the outbox was
 * filled.
 */
export const readClaimed = prepareRead<
  Mine & { now: number; oldest: number },
  Waiting & Record<string, string | number | null>
>(
  sql`SELECT o.id, o.device, d.token, d.provider, ${isLate}, i.type, i.from_type, i.from_id, i.dest_id,
      COALESCE(m.content, b.content, i.content), u.name, g.name
    FROM ${pushOutbox} AS o JOIN ${inbox} AS i ON i.seq = o.seq
    JOIN ${pushDevices} AS d ON d.user_id = o.user_id AND d.device = o.device
    LEFT JOIN ${messages} AS m ON m.id = i.message_id LEFT JOIN ${eventBodies} AS b ON b.id = i.body_id
    LEFT JOIN ${users} AS u ON u.id = i.from_id LEFT JOIN ${groups} AS g ON i.from_type = ${raw(FROM.group)} AND g.id = i.dest_id
    WHERE o.claim = ${p('mark_claim')} AND m.recalled_at IS NULL AND ${isWanted(sql`o.user_id`)} ORDER BY o.seq`,
  [
    'id',
    'device',
    'token',
    'provider',
    'late',
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
/** Forgets what was claimed and is not worth telling any more. */
export const dropUnwanted = prepareChange<Mine & { wanted: string }>(
  sql`DELETE FROM ${pushOutbox} WHERE ${isMine} AND NOT ${isOneOf('wanted')}`,
);
/** Forgets what was tried, except what is to be tried again and may be. */
export const dropTried = prepareChange<Mine & { tried: string; again: string }>(
  sql`DELETE FROM ${pushOutbox} WHERE ${isMine} AND ${isOneOf('tried')}
    AND (tries >= ${raw(TRIES)} OR NOT ${isOneOf('again')})`,
);
/** Half a minute after the first try, then twice as long each time. */
export const postpone = prepareChange<Mine & { again: string; now: number }>(
  sql`UPDATE ${pushOutbox} SET claim = '', due_at = ${p('now')} + (15000 << tries) WHERE ${isMine} AND ${isOneOf('again')}`,
);
/** Gives back what was not tried. */
export const release = prepareChange<Mine & { now: number }>(
  sql`UPDATE ${pushOutbox} SET claim = '', tries = tries - 1, due_at = ${p('now')} WHERE ${isMine}`,
);
/** Forgets dead tokens. */
export const forget = prepareChange<{ gone: string }>(
  sql`DELETE FROM ${pushDevices} WHERE token IN (SELECT value FROM json_each(${p('gone')}))`,
);
