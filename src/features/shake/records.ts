import { sql } from 'drizzle-orm';
import { shakeRecords } from '../../../db/schema/shake.ts';
import { users } from '../../../db/schema/users.ts';
import type { UserId } from '../../core/ids.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import { blockedWith } from '../../realtime/relations.ts';
import { STEP_METRES } from '../nearby/sphere.ts';

/** What the statements here want. */
type Wanted = {
  readonly me: UserId;
  readonly upTo: number;
  readonly limit: number;
  readonly offset: number;
};

const mine = sql`${shakeRecords} AS r WHERE r.user_id = ${p('me')} AND r.deleted_at IS NULL
  AND r.id <= ${p('upTo')} AND r.other_id NOT IN (${blockedWith(p('me'))})`;

export const countRecords = prepareRead<{ me: UserId; upTo: number }, { total: number }>(
  sql`SELECT count(*) FROM ${mine}`,
  ['total'],
);

/** Earlier versions wrote finer distances down than are told now. */
const step = sql.raw(String(STEP_METRES));
const distance = sql`(page.distance + ${step} - 1) / ${step} * ${step}`;

/** The people whom the caller has met, newest first, without those who are blocked either way. */
export const listRecords = prepareRead<
  Wanted,
  {
    rockid: number;
    distance: number;
    nickName: string;
    sex: string;
    headUrl: string;
    sign: string;
    userId: number;
  }
>(
  sql`SELECT page.id, ${distance}, u.name, u.sex, u.head_url, u.sign, u.id
    FROM (SELECT r.id, r.other_id, r.distance FROM ${mine} ORDER BY r.id DESC LIMIT ${p('limit')} OFFSET ${p('offset')}) AS page
    CROSS JOIN ${users} AS u ON u.id = page.other_id ORDER BY page.id DESC`,
  ['rockid', 'distance', 'nickName', 'sex', 'headUrl', 'sign', 'userId'],
);

/** Takes one of the caller's records out of their list, or all where `record` is 0; twice is once. */
export const removeRecords = prepareChange<{ now: number; me: UserId; record: number }>(
  sql`UPDATE ${shakeRecords} SET deleted_at = COALESCE(deleted_at, ${p('now')})
    WHERE user_id = ${p('me')} AND CASE ${p('record')} WHEN 0 THEN deleted_at IS NULL ELSE id = ${p('record')} END`,
);
