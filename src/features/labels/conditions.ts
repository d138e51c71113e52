import { sql } from 'drizzle-orm';
import { labels } from '../../../db/schema/friends.ts';
import { p } from '../../platform/database/query.ts';
import { areFriends } from '../../realtime/relations.ts';

const me = p('me');

/** Everybody in the JSON array `friends` is a friend of mine; so I am not among them. Holds for null. */
export const allAreFriends = sql`NOT EXISTS (SELECT 1 FROM json_each(${p('friends')}) AS member
  WHERE NOT ${areFriends(me, sql`member.value`)})`;

/** Everything in the JSON array `labels` is a living label of mine. */
export const allAreMyLabels = sql`NOT EXISTS (SELECT 1 FROM json_each(${p('labels')}) AS given
  WHERE NOT EXISTS (SELECT 1 FROM ${labels} AS l WHERE l.id = given.value AND l.user_id = ${me} AND l.deleted_at IS NULL))`;

/** Another living label of mine than `label` has this `name`, as its `folded` form looks to a reader. */
export const nameTaken = sql`EXISTS (SELECT 1 FROM ${labels} AS l WHERE l.user_id = ${me}
  AND (l.name = ${p('name')} OR l.name_folded = ${p('folded')})
  AND l.deleted_at IS NULL AND l.id <> ${p('label')})`;
