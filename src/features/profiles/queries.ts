import { and, asc, desc, eq, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { FRIEND, friendships, labelFriends, labels } from '../../../db/schema/friends.ts';
import { identityChecks, USER, users } from '../../../db/schema/users.ts';
import type { UserId } from '../../core/ids.ts';
import type { Mobile } from '../../core/text/mobile.ts';
import { p, prepareSelect, type RowOf } from '../../platform/database/query.ts';
import { areFriends, blockedEitherWay, shareGroup } from '../../realtime/relations.ts';
import { hasLearnt } from '../contacts/learn.ts';
import { sealedKeyOf } from '../person-keys/own-key.ts';

/** What the statements here want. */
type Wanted = {
  readonly me: number;
  readonly mobile: string;
  readonly digest: string;
  readonly id: number;
  readonly code: string;
  readonly folded: string;
  readonly foldedEnd: string;
  readonly text: string;
  readonly textEnd: string;
};

/** What replies show of a user; the password's hash never leaves the table. */
export const userColumns = {
  id: users.id,
  mobile: users.mobile,
  vipNumber: users.vipNumber,
  name: users.name,
  nickName: users.nickName,
  mail: users.mail,
  sex: users.sex,
  birthday: users.birthday,
  sign: users.sign,
  province: users.province,
  city: users.city,
  district: users.district,
  detail: users.detail,
  headUrl: users.headUrl,
  momentsCover: users.momentsCover,
  skin: users.skin,
  messageSkin: users.messageSkin,
  needAuth: users.needAuth,
  newNotification: users.newNotification,
  searchMobile: users.searchMobile,
  isAuth: users.isAuth,
  status: users.status,
  isOnline: users.isOnline,
  recommenderId: users.recommenderId,
  createdAt: users.createdAt,
};

/**
 * Online as far as the caller (`me`) may know it: of friends and fellow members of a group, and, as events 5 and 6,
 * not across a block. CASE, and not OR, so that nobody looks for groups of friends and of those who are away.
 */
export const onlineToMe = sql<number>`CASE WHEN ${users.isOnline} = 0 THEN 0
  WHEN ${users.id} = ${p('me')} THEN 1
  WHEN ${blockedEitherWay(p('me'), sql`${users.id}`)} THEN 0
  WHEN ${areFriends(p('me'), sql`${users.id}`)} THEN 1
  ELSE ${shareGroup(p('me'), sql`${users.id}`)} END`;

export const findUser = {
  byId: prepareSelect<{ id: UserId }>()(userColumns, (select) =>
    select.from(users).where(eq(users.id, p('id'))),
  ),
  byMobile: prepareSelect<{ mobile: Mobile }>()(userColumns, (select) =>
    select.from(users).where(eq(users.mobile, p('mobile'))),
  ),
};
export type UserRow = RowOf<typeof findUser.byId>;

const mine = alias(friendships, 'mine');

/** How the caller (`me`) stands to a user. */
export const relationColumns = {
  state: sql<number>`COALESCE(${mine.state}, ${FRIEND.none})`,
  remark: sql<string>`COALESCE(${mine.remark}, '')`,
  isBlocked: sql<number>`COALESCE(${mine.isBlocked}, 0)`,
  showsMoments: sql<number>`COALESCE(${mine.showsMoments}, 0)`,
  viewsMoments: sql<number>`COALESCE(${mine.viewsMoments}, 0)`,
};

const labelNames = sql<string>`COALESCE((SELECT group_concat(name, ',') FROM (SELECT ${labels.name} AS name FROM ${labelFriends}
  JOIN ${labels} ON ${labels.id} = ${labelFriends.labelId} AND ${labels.deletedAt} IS NULL
  WHERE ${labelFriends.userId} = ${p('me')} AND ${labelFriends.friendId} = ${users.id} ORDER BY ${labels.sort}, ${labels.id})), '')`;

/** A user as the caller sees them: `me`, `id`. */
export const findProfile = prepareSelect<{ me: UserId; id: UserId }>()(
  {
    ...userColumns,
    ...relationColumns,
    isOnline: onlineToMe,
    labels: labelNames,
    sealedName: sql<string | null>`CASE WHEN ${users.id} = ${p('me')} THEN ${identityChecks.sealedName} END`,
    sealedIdNo: sql<string | null>`CASE WHEN ${users.id} = ${p('me')} THEN ${identityChecks.sealedIdNo} END`,
    sealedKey: sql<string | null>`CASE WHEN ${users.id} = ${p('me')} THEN ${sealedKeyOf(p('me'))} END`,
  },
  (select) =>
    select
      .from(users)
      .leftJoin(mine, and(eq(mine.userId, p('me')), eq(mine.friendId, users.id)))
      .leftJoin(identityChecks, eq(identityChecks.userId, users.id))
      .where(eq(users.id, p('id'))),
);
export type ProfileRow = RowOf<typeof findProfile>;

/** People found by one search. */
const MAX_FOUND = 20;

/** By the beginning of the nickname; those whom the job has not come to yet, letter by letter. */
const byNickname = sql`SELECT id FROM (SELECT id FROM ${users}
    WHERE status = ${USER.valid} AND nick_folded >= ${p('folded')} AND nick_folded < ${p('foldedEnd')} ORDER BY nick_folded LIMIT ${MAX_FOUND})
  UNION SELECT id FROM (SELECT id FROM ${users} WHERE nick_folded IS NULL AND status = ${USER.valid}
    AND nick_name >= ${p('text')} AND nick_name < ${p('textEnd')} ORDER BY nick_name LIMIT ${MAX_FOUND})`;
/** Whoever tries out numbers learns of no more by searches than by address books. */
const mayAskForMobile = hasLearnt(p('digest'));
/** A union, so that each way has an index of its own whatever the planner thinks of an OR. */
const candidates = sql`(SELECT id FROM ${users} WHERE mobile = ${p('mobile')} AND search_mobile = 1 AND ${mayAskForMobile}
  UNION SELECT id FROM ${users} WHERE id = ${p('id')}
  UNION SELECT id FROM ${users} WHERE vip_number = ${p('code')}
  UNION ${byNickname}) AS candidates`;
const isNamedExactly = sql`(${users.id} = ${p('id')} OR ${users.mobile} = ${p('mobile')} OR COALESCE(${users.vipNumber}, '') = ${p('code')})`;

/**
 * People found by what somebody typed: the values of `searchValues`, and the `digest` of the mobile. At most 20,
 * exactly named ones first.
 */
export const searchUsers = prepareSelect<Wanted>()(
  {
    ...userColumns,
    ...relationColumns,
    isOnline: onlineToMe,
    byMobile: sql<number>`${users.mobile} = ${p('mobile')} AND ${users.searchMobile} = 1 AND ${mayAskForMobile}`,
  },
  (select) =>
    select
      .from(candidates)
      .crossJoin(users) // in this order, even where an old count of people says that they are few
      .leftJoin(mine, and(eq(mine.userId, p('me')), eq(mine.friendId, users.id)))
      .where(and(eq(users.status, USER.valid), sql`${users.id} = candidates.id`))
      .orderBy(desc(isNamedExactly), asc(users.nickFolded), asc(users.id))
      .limit(MAX_FOUND),
);
export type FoundRow = RowOf<typeof searchUsers>;
