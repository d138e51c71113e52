import { type SQL, sql } from 'drizzle-orm';
import { FRIEND, friendships } from '../../../db/schema/friends.ts';
import { momentAudience, momentComments, moments, PRIVACY } from '../../../db/schema/moments.ts';
import { blockedEitherWay } from '../../realtime/relations.ts';

/**
 * The one place that knows who sees which moment (docs/decisions.md#moments). Every read and every write of
 * moments, comments, praises and gifts states one of these conditions. They look at the relation as it is now, so
 * that a block, the end of a friendship or setFeedAuth works at once, and backwards, and so does undoing it.
 *
 * The names `own`, `looking`, `showing`, `meant` and `heard` belong to the conditions; the SQL around them must use
 * others.
 */

/** One's side of a friendship without a block. @param row the alias of one's row in `friendships` */
const isGood = (row: string) => {
  const side = sql.raw(row);
  return sql`${side}.state = ${FRIEND.friends} AND ${side}.is_blocked = 0`;
};
const viewerLooks = (row: string) => sql`${isGood(row)} AND ${sql.raw(row)}.views_moments = 1`;
const authorShows = (row: string) => sql`${isGood(row)} AND ${sql.raw(row)}.shows_moments = 1`;

const holds = (user: SQL, friend: SQL, side: (row: string) => SQL) =>
  sql`EXISTS (SELECT 1 FROM ${friendships} AS own WHERE own.user_id = ${user} AND own.friend_id = ${friend} AND ${side('own')})`;

/**
 * Holds when `author`'s moments are open to `viewer` at all: to the author, or a friend, no block and no
 * setFeedAuth between them.
 */
export const isOpenTo = (author: SQL, viewer: SQL): SQL =>
  sql`(${author} = ${viewer} OR (${holds(viewer, author, viewerLooks)} AND ${holds(author, viewer, authorShows)}))`;

/** The same of many: `SELECT … AS author_id`, everybody whose moments are open to `viewer`. */
export const authorsOpenTo = (viewer: SQL): SQL =>
  sql`SELECT ${viewer} AS author_id UNION ALL SELECT looking.friend_id FROM ${friendships} AS looking CROSS JOIN ${friendships} AS showing
    WHERE looking.user_id = ${viewer} AND ${viewerLooks('looking')}
    AND showing.user_id = looking.friend_id AND showing.friend_id = ${viewer} AND ${authorShows('showing')}`;

/**
 * Holds when the privacy of the moment itself lets `viewer` in. @param moment the alias of `moments` in the SQL
 * around it
 */
export function isMeantFor(moment: string, viewer: SQL): SQL {
  const m = sql.raw(moment);
  const isNamed = sql`EXISTS (SELECT 1 FROM ${momentAudience} AS meant WHERE meant.moment_id = ${m}.id AND meant.user_id = ${viewer})`;
  return sql`(${m}.author_id = ${viewer} OR
    CASE ${m}.privacy WHEN ${PRIVACY.friends} THEN 1 WHEN ${PRIVACY.only} THEN ${isNamed} WHEN ${PRIVACY.but} THEN NOT ${isNamed} ELSE 0 END)`;
}

/** Holds when `viewer` may see the moment. @param moment the alias of `moments` in the SQL around it */
export const maySee = (moment: string, viewer: SQL): SQL =>
  sql`(${isOpenTo(sql`${sql.raw(moment)}.author_id`, viewer)} AND ${isMeantFor(moment, viewer)})`;

/**
 * The same of many: `SELECT … AS user_id`, every friend of the author who may see the moment. @param author who
 * wrote `moment`
 */
export const viewersOf = (moment: SQL, author: SQL): SQL =>
  sql`SELECT showing.friend_id AS user_id FROM ${moments} AS m CROSS JOIN ${friendships} AS showing CROSS JOIN ${friendships} AS looking
    WHERE m.id = ${moment} AND showing.user_id = ${author} AND m.author_id = ${author} AND ${authorShows('showing')}
    AND looking.user_id = showing.friend_id AND looking.friend_id = ${author} AND ${viewerLooks('looking')}
    AND ${isMeantFor('m', sql`showing.friend_id`)}`;

/** Holds when two are friends and neither has blocked the other. */
export const areClose = (one: SQL, other: SQL): SQL =>
  sql`(${holds(one, other, isGood)} AND ${holds(other, one, isGood)})`;

/**
 * Holds when `viewer`, who sees the moment, also sees what `speaker` wrote or praised there. That is what is their
 * own. The moment's author also sees what anybody said, former friends included. Others see what friends said
 * without a block between the two. Of whom the author has a block with, nobody but they themselves sees it.
 * @param moment the alias of `moments` in the SQL around it
 */
export function mayHear(moment: string, viewer: SQL, speaker: SQL): SQL {
  const author = sql`${sql.raw(moment)}.author_id`;
  return sql`(${viewer} = ${speaker} OR ((${viewer} = ${author} OR ${areClose(viewer, speaker)})
    AND NOT ${blockedEitherWay(author, speaker)}))`;
}

/**
 * Holds when `viewer`, who sees the moment, may know of `person` there: its author, or somebody whom they hear. The
 * person whom a comment answers is named under this condition alone.
 * @param moment the alias of `moments` in the SQL around it
 */
export const mayKnowOf = (moment: string, viewer: SQL, person: SQL): SQL =>
  sql`(${person} = ${sql.raw(moment)}.author_id OR ${mayHear(moment, viewer, person)})`;

/**
 * Holds when `viewer`, who sees the moment, may answer `person` there: its author, themselves, or somebody of whom
 * they see a comment. All of them they know of already; whether anybody else sees the moment, no answer tells them.
 * @param moment the alias of `moments` in the SQL around it
 */
export function mayAnswer(moment: string, viewer: SQL, person: SQL): SQL {
  const m = sql.raw(moment);
  return sql`(${person} IN (${m}.author_id, ${viewer}) OR (${mayHear(moment, viewer, person)} AND EXISTS
    (SELECT 1 FROM ${momentComments} AS heard WHERE heard.moment_id = ${m}.id AND heard.user_id = ${person})))`;
}
