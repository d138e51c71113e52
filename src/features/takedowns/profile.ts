import { type SQL, sql } from 'drizzle-orm';
import { favourites } from '../../../db/schema/favourites.ts';
import { FRIEND, friendships } from '../../../db/schema/friends.ts';
import { eventBodies, hasCard, inbox, isProfile } from '../../../db/schema/inbox.ts';
import { users } from '../../../db/schema/users.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import { prepareEventToMany } from '../../realtime/events.ts';
import { EVENT } from '../../realtime/message-types.ts';
import type { Found } from './kinds.ts';
import { prepareRestore, prepareTake, type Restored, restored, type Taken, taken } from './row.ts';
import type { Takable } from './subject.ts';

type Item = { readonly item: number };
type Instead = { readonly instead: string; readonly folded: string };

const person = sql`${users} WHERE id = ${p('item')}`;
/** What events that wait already say of the person, as the profile is now. */
const forgetCards = prepareChange<Item & Taken>(
  sql`UPDATE ${inbox} SET content = json_set(content, '$.name', (SELECT name FROM ${person}),
      '$.headUrl', (SELECT head_url FROM ${person}))
    WHERE ${hasCard} AND from_id = ${p('item')} AND json_valid(content) AND ${taken}`,
);
const forgetProfiles = prepareChange<Item & Taken>(
  sql`UPDATE ${eventBodies} SET content = json_set(content, '$.nickName', (SELECT nick_name FROM ${person}),
      '$.name', (SELECT name FROM ${person}), '$.headUrl', (SELECT head_url FROM ${person}),
      '$.feedBackImage', (SELECT moments_cover FROM ${person}))
    WHERE ${isProfile} AND content ->> 'id' = ${p('item')} AND ${taken}`,
);
/** What people have kept names it as it was called then. */
const forgetKept = {
  name: prepareChange<Item & Taken & { readonly seen: string; readonly instead: string }>(
    sql`UPDATE ${favourites} SET from_name = ${p('instead')} WHERE from_id = ${p('item')} AND from_name = ${p('seen')} AND ${taken}`,
  ),
  picture: prepareChange<Item & Taken & { readonly seen: string }>(
    sql`UPDATE ${favourites} SET from_head_url = '' WHERE from_id = ${p('item')} AND from_head_url = ${p('seen')} AND ${taken}`,
  ),
};
const friends = (mark: SQL) => sql`SELECT user_id FROM ${friendships}
  WHERE friend_id = ${p('item')} AND state = ${FRIEND.friends} AND ${mark}`;
const card = sql`(SELECT json_object('nickName', nick_name, 'district', district, 'city', city, 'province', province,
  'name', name, 'sex', sex, 'sign', sign, 'headUrl', head_url, 'id', id, 'feedBackImage', moments_cover) FROM ${person})`;
const tellOfTaking = prepareEventToMany<Item & Taken>(friends(taken), card);
const tellOfReturn = prepareEventToMany<Item & Restored>(friends(restored), card);

/** A column of a profile that operators empty. @param column what it is called, and `blank` what it is without */
function profileSubject(column: 'name' | 'head_url' | 'moments_cover') {
  const at = sql.raw(column);
  const isName = column === 'name';
  /** One is never without a name: then it is the person's number. */
  const set = (value: SQL, mark: SQL) =>
    sql`UPDATE ${users} SET ${at} = ${value}${isName ? sql`, nick_name = ${value}, nick_folded = ${p('folded')}` : sql``}
      WHERE id = ${p('item')} AND ${mark}`;
  const isBlank = isName ? sql`${at} = ${p('instead')}` : sql`${at} = ''`;
  const blank = isName ? p('instead') : sql`''`;
  const old = sql`${p('evidence')} ->> '$.text'`;
  const find = prepareRead<Item, Found>(
    sql`SELECT id, json_object('text', ${at}), ${at}, 0 FROM ${person}
      AND ${at} <> ${isName ? sql`'用户' || id` : sql`''`}`,
    ['owner', 'evidence', 'seen', 'dest'],
  );
  const is = (condition: SQL) => sql`EXISTS (SELECT 1 FROM ${person} AND ${condition})`;
  const clear = isName
    ? prepareChange<Item & Taken & Instead>(set(blank, taken))
    : prepareChange<Item & Taken>(set(blank, taken));
  const bringBack = isName
    ? prepareChange<Item & Restored & Pick<Instead, 'folded'> & { readonly evidence: string }>(
        set(old, restored),
      )
    : prepareChange<Item & Restored & { readonly evidence: string }>(set(old, restored));
  return {
    find,
    take: prepareTake<{ readonly seen: string }>(is(sql`${at} = ${p('seen')}`)),
    steps: [
      clear,
      isName ? forgetKept.name : forgetKept.picture,
      forgetCards,
      forgetProfiles,
      tellOfTaking,
    ] as const,
    event: EVENT.profileChanged,
    restore: isName
      ? prepareRestore<Item & Pick<Instead, 'instead'>>(is(isBlank))
      : prepareRestore<Item>(is(isBlank)),
    returns: [bringBack, tellOfReturn] as const,
  } satisfies Takable;
}

/** A person is called by their number then. It comes back while they have chosen no other. */
export const name = profileSubject('name');
export const avatar = profileSubject('head_url');
/** The picture above somebody's moments. */
export const background = profileSubject('moments_cover');
