import { sql } from 'drizzle-orm';
import { contacts } from '../../../db/schema/contacts.ts';
import { friendships } from '../../../db/schema/friends.ts';
import { users } from '../../../db/schema/users.ts';
import { prepareChange, prepareSql } from '../../platform/database/query.ts';

const p = (name: string) => sql.placeholder(name);

/** An entry, and the user whose mobile it is, if there is one who may be found by it. */
export type ContactRow = {
  readonly phone: string;
  readonly name: string;
  readonly headUrl: string;
  readonly userId: number | null;
  readonly nickName: string | null;
  readonly userHeadUrl: string | null;
  readonly isFriend: number;
};
const columns = ['phone', 'name', 'headUrl', 'userId', 'nickName', 'userHeadUrl', 'isFriend'] as const;

/** Who can be found by mobile: valid, and willing (decisions, Who sees what). */
const found = sql`${users} AS u ON u.mobile = entry.mobile AND u.search_mobile = 1 AND u.status = 1`;
const isFriend = sql`EXISTS (SELECT 1 FROM ${friendships} AS f WHERE f.user_id = ${p('me')} AND f.friend_id = u.id AND f.state = 2)`;
const shown = sql`entry.phone, entry.name, entry.head_url, u.id, u.nick_name, u.head_url, ${isFriend}`;

/** The JSON array `entries` of `[phone, mobile, name, headUrl]` as a table. */
const sent = sql`SELECT key AS position, value ->> 0 AS phone, value ->> 1 AS mobile, value ->> 2 AS name,
  value ->> 3 AS head_url FROM json_each(${p('entries')})`;

export const deleteContacts = prepareChange(sql`DELETE FROM ${contacts} WHERE user_id = ${p('me')}`);

export const insertContacts = prepareChange(
  sql`INSERT INTO ${contacts} (user_id, position, phone, mobile, name, head_url)
    SELECT ${p('me')}, entry.position, entry.phone, entry.mobile, entry.name, entry.head_url FROM (${sent}) AS entry`,
);

/** My stored address book, in its order. */
export const listContacts = prepareSql<ContactRow>(
  sql`SELECT ${shown} FROM ${contacts} AS entry LEFT JOIN ${found} WHERE entry.user_id = ${p('me')} ORDER BY entry.position`,
  columns,
);

/** The address book that was sent, in its order, without storing it. */
export const matchContacts = prepareSql<ContactRow>(
  sql`SELECT ${shown} FROM (${sent}) AS entry LEFT JOIN ${found} ORDER BY entry.position`,
  columns,
);
