import { and, eq, or, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { friendships, labelFriends, labels } from '../../../db/schema/friends.ts';
import { identityChecks, users } from '../../../db/schema/users.ts';
import { build, prepareRows } from '../../platform/database/query.ts';
import { blockedEitherWay } from '../friends/relation.ts';

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

const p = (name: string) => sql.placeholder(name);

/** Online as far as the caller (`me`) may know it: as events 5 and 6, it says nothing across a block. */
export const onlineToMe = sql<number>`(${users.isOnline} = 1 AND NOT ${blockedEitherWay(sql`${p('me')}`, sql`${users.id}`)})`;

const selectUser = () => build.select(userColumns).from(users);

export const findUser = {
  byId: prepareRows(selectUser().where(eq(users.id, p('id')))),
  byMobile: prepareRows(selectUser().where(eq(users.mobile, p('mobile')))),
};
export type UserRow = ReturnType<ReturnType<typeof findUser.byId>['decode']>[number];

const mine = alias(friendships, 'mine');

/** How the caller (`me`) stands to a user. */
export const relationColumns = {
  state: sql<number>`COALESCE(${mine.state}, 0)`,
  remark: sql<string>`COALESCE(${mine.remark}, '')`,
  isBlocked: sql<number>`COALESCE(${mine.isBlocked}, 0)`,
  showsMoments: sql<number>`COALESCE(${mine.showsMoments}, 0)`,
  viewsMoments: sql<number>`COALESCE(${mine.viewsMoments}, 0)`,
};

const labelNames = sql<string>`COALESCE((SELECT group_concat(name, ',') FROM (SELECT ${labels.name} AS name FROM ${labelFriends}
  JOIN ${labels} ON ${labels.id} = ${labelFriends.labelId} AND ${labels.deletedAt} IS NULL
  WHERE ${labelFriends.userId} = ${p('me')} AND ${labelFriends.friendId} = ${users.id} ORDER BY ${labels.sort}, ${labels.id})), '')`;

/** A user as the caller sees him: `me`, `id`. */
export const findProfile = prepareRows(
  build
    .select({
      ...userColumns,
      ...relationColumns,
      isOnline: onlineToMe,
      labels: labelNames,
      sealedName: sql<
        string | null
      >`CASE WHEN ${users.id} = ${p('me')} THEN ${identityChecks.sealedName} END`,
      sealedIdNo: sql<
        string | null
      >`CASE WHEN ${users.id} = ${p('me')} THEN ${identityChecks.sealedIdNo} END`,
    })
    .from(users)
    .leftJoin(mine, and(eq(mine.userId, p('me')), eq(mine.friendId, users.id)))
    .leftJoin(identityChecks, eq(identityChecks.userId, users.id))
    .where(eq(users.id, p('id'))),
);
export type ProfileRow = ReturnType<ReturnType<typeof findProfile>['decode']>[number];

const nameStartsWith = sql`(${users.nickName} >= ${p('text')} AND ${users.nickName} < ${p('text')} || char(1114111))`;

/**
 * People found by what somebody typed: a whole mobile (of those who allow it), an id, a vip number, or the
 * beginning of a nickname. At most 20.
 */
export const searchUsers = prepareRows(
  build
    .select({
      ...userColumns,
      ...relationColumns,
      isOnline: onlineToMe,
      byMobile: sql<number>`${users.mobile} = ${p('mobile')} AND ${users.searchMobile} = 1`,
    })
    .from(users)
    .leftJoin(mine, and(eq(mine.userId, p('me')), eq(mine.friendId, users.id)))
    .where(
      and(
        eq(users.status, 1),
        or(
          and(eq(users.mobile, p('mobile')), eq(users.searchMobile, 1)),
          eq(users.id, p('id')),
          eq(users.vipNumber, p('text')),
          and(sql`length(${p('text')}) > 1`, nameStartsWith),
        ),
      ),
    )
    .limit(20),
);
export type FoundRow = ReturnType<ReturnType<typeof searchUsers>['decode']>[number];
