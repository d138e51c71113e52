import { type SQL, sql } from 'drizzle-orm';
import { FRIEND, friendships } from '../../../db/schema/friends.ts';
import { momentAudience, momentComments, momentMentions, momentPraises } from '../../../db/schema/moments.ts';
import { users } from '../../../db/schema/users.ts';
import type { MomentId, UserId } from '../../core/ids.ts';
import { p } from '../../platform/database/query.ts';
import { mayHear, mayKnowOf, maySee } from './visibility.ts';

/** Comments, and praises, that one moment shows at most: the newest. */
const SHOWN = 200;
/**
 * Characters that the comments of one moment show together at most: twenty of the longest, or all of the usual
 * ones.
 */
const SHOWN_CHARACTERS = 20_000;

/** A moment `m` of `author`, as the placeholder `me` sees it. Lists come as JSON text with the keys of the wire. */
export type MomentRow = {
  id: MomentId;
  authorId: UserId;
  authorName: string;
  authorHead: string;
  text: string;
  images: string;
  video: string;
  latitude: number | null;
  longitude: number | null;
  address: string;
  privacy: number;
  ext: string;
  createdAt: number;
  audience: string | null;
  mentions: string;
  comments: string;
  praises: string;
};

const me = p('me');

/** What `me` calls a user: the remark, else the nickname. */
const nameOf = (user: string): SQL => {
  const u = sql.raw(user);
  return sql`COALESCE((SELECT NULLIF(known.remark, '') FROM ${friendships} AS known WHERE known.user_id = ${me}
    AND known.friend_id = ${u}.id AND known.state = ${FRIEND.friends}), NULLIF(${u}.nick_name, ''), ${u}.name)`;
};

const audience = sql`CASE m.author_id WHEN ${me} THEN
  (SELECT group_concat(listed.user_id, ',') FROM ${momentAudience} AS listed WHERE listed.moment_id = m.id) END`;

const mentions = sql`(SELECT json_group_array(json_object('userId', person.id, 'userName', ${nameOf('person')},
    'userHeadUrl', person.head_url, 'feedId', m.id))
  FROM ${momentMentions} AS mention JOIN ${users} AS person ON person.id = mention.user_id
  WHERE mention.moment_id = m.id AND ${maySee('m', sql`mention.user_id`)})`;

const comments = sql`(SELECT json_group_array(json_object('id', comment.id, 'userId', comment.user_id,
    'userName', ${nameOf('person')}, 'userHeadUrl', person.head_url, 'replyUserId', COALESCE(replied.id, 0),
    'replyUserName', CASE WHEN replied.id IS NULL THEN '' ELSE ${nameOf('replied')} END,
    'replyUserHeadUrl', COALESCE(replied.head_url, ''), 'commentText', comment.text, 'createTime', comment.created_at))
  FROM (SELECT newest.*, SUM(length(newest.text)) OVER (ORDER BY newest.id DESC) AS characters
    FROM (SELECT said.* FROM ${momentComments} AS said WHERE said.moment_id = m.id AND ${mayHear('m', me, sql`said.user_id`)}
      ORDER BY said.id DESC LIMIT ${sql.raw(String(SHOWN))}) AS newest) AS comment
  JOIN ${users} AS person ON person.id = comment.user_id
  LEFT JOIN ${users} AS replied ON replied.id = comment.reply_user_id AND ${mayKnowOf('m', me, sql`comment.reply_user_id`)}
  WHERE comment.characters <= ${sql.raw(String(SHOWN_CHARACTERS))})`;

const praises = sql`(SELECT json_group_array(json_object('id', praise.id, 'userId', praise.user_id,
    'userName', ${nameOf('person')}, 'userHeadUrl', person.head_url, 'createTime', praise.created_at))
  FROM (SELECT given.* FROM ${momentPraises} AS given WHERE given.moment_id = m.id AND ${mayHear('m', me, sql`given.user_id`)}
    ORDER BY given.id DESC LIMIT ${sql.raw(String(SHOWN))}) AS praise
  JOIN ${users} AS person ON person.id = praise.user_id)`;

/** Selects a `MomentRow`. */
export const momentColumns = sql`m.id, m.author_id, ${nameOf('author')}, author.head_url, m.text, m.images, m.video,
  m.latitude, m.longitude, m.address, m.privacy, m.ext, m.created_at, ${audience}, ${mentions}, ${comments}, ${praises}`;

/** The keys of a `MomentRow`, in the order of `momentColumns`. */
export const momentKeys = [
  'id',
  'authorId',
  'authorName',
  'authorHead',
  'text',
  'images',
  'video',
  'latitude',
  'longitude',
  'address',
  'privacy',
  'ext',
  'createdAt',
  'audience',
  'mentions',
  'comments',
  'praises',
] as const satisfies readonly (keyof MomentRow)[];
