import { sql } from 'drizzle-orm';
import { USER, users } from '../../../db/schema/users.ts';
import type { UserId } from '../../core/ids.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import { areFriends } from '../../realtime/relations.ts';
import { hasLearnt } from './learn.ts';

/**
 * A number of an address book that is somebody's who may be found by it, or that the caller may not learn of today.
 */
export type MatchRow = {
  /** Place in what was asked. */
  readonly position: number;
  readonly isKnown: number;
  readonly userId: number | null;
  readonly nickName: string | null;
  readonly headUrl: string | null;
  readonly isFriend: number;
};

const isFriend = areFriends(p('me'), sql`u.id`);

/**
 * The JSON array `asked` of `[place, mobile, digest]` against users, in its order. Users who can be found by
 * mobile: valid, and willing (docs/decisions.md#address-books).
 */
export const matchNumbers = prepareRead<{ me: UserId; asked: string }, MatchRow>(
  sql`SELECT asked.position, asked.is_known, u.id, u.nick_name, u.head_url, ${isFriend}
    FROM (SELECT key AS place, value ->> 0 AS position, value ->> 1 AS mobile, ${hasLearnt(sql`value ->> 2`)} AS is_known
      FROM json_each(${p('asked')})) AS asked
    LEFT JOIN ${users} AS u ON asked.is_known AND u.mobile = asked.mobile AND u.search_mobile = 1 AND u.status = ${USER.valid}
    WHERE u.id IS NOT NULL OR NOT asked.is_known ORDER BY asked.place`,
  ['position', 'isKnown', 'userId', 'nickName', 'headUrl', 'isFriend'],
);
