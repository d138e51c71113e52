import { sql } from 'drizzle-orm';
import { FRIEND, friendships } from '../../../db/schema/friends.ts';
import { LOGIN_EVENT } from '../../../db/schema/login-events.ts';
import { momentAudience, momentMentions, moments, PRIVACY } from '../../../db/schema/moments.ts';
import { users } from '../../../db/schema/users.ts';
import type { MomentId, UserId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import { published } from '../../http/login-events.ts';
import type { Place } from '../../http/position.ts';
import { orTaken, rowOf } from '../../platform/database/mark.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { eventValues, prepareEvent, prepareEventToMany } from '../../realtime/events.ts';
import { EVENT, FROM } from '../../realtime/message-types.ts';
import { isUnder } from '../steps/conditions.ts';
import { explainStep } from '../steps/standing.ts';
import type { MomentRow } from './columns.ts';
import { findMoment } from './queries.ts';
import { maySee, viewersOf } from './visibility.ts';

/** What the statements here want. */
type Wanted = {
  readonly moment: MomentId;
  readonly me: UserId;
  readonly text: string;
  readonly images: string;
  readonly video: string;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly address: string;
  readonly privacy: number;
  readonly ext: string;
  readonly now: number;
};

/** Moments that one user may have: a friend whom they are not for is led past all of them on the way to others. */
const MAX_MOMENTS = 50_000;
const hasRoom = sql`(SELECT count(*) FROM ${moments} WHERE author_id = ${p('me')}) < ${MAX_MOMENTS}`;
const isPublished = rowOf(moments, 'moment');
const insertMoment = prepareChange<Wanted>(
  sql`INSERT INTO ${moments} (id, author_id, text, images, video, latitude, longitude, address, privacy, ext, created_at)
    SELECT ${p('moment')}, ${p('me')}, ${p('text')}, ${p('images')}, ${p('video')}, ${p('latitude')}, ${p('longitude')},
      ${p('address')}, ${p('privacy')}, ${p('ext')}, ${p('now')} WHERE ${orTaken(sql`${hasRoom} AND NOT ${isUnder('moments', sql`${p('me')}`)}`, isPublished)}`,
);
// A person who is no friend yet may become one, and is then let in or kept out as well.
const insertAudience = prepareChange<{ moment: MomentId; audience: string; me: UserId }>(
  sql`INSERT INTO ${momentAudience} (moment_id, user_id)
    SELECT ${p('moment')}, person.id FROM json_each(${p('audience')}) AS named CROSS JOIN ${users} AS person
    WHERE person.id = named.value AND person.id <> ${p('me')} AND ${isPublished}`,
);
const insertMentions = prepareChange<{ moment: MomentId; mentions: string; me: UserId }>(
  sql`INSERT INTO ${momentMentions} (moment_id, user_id)
    SELECT ${p('moment')}, friend.friend_id FROM json_each(${p('mentions')}) AS named CROSS JOIN ${friendships} AS friend
    WHERE friend.user_id = ${p('me')} AND friend.friend_id = named.value AND friend.state = ${FRIEND.friends} AND ${isPublished}`,
);
const tellFriends = prepareEventToMany<{ moment: MomentId; me: UserId }>(viewersOf(p('moment'), p('me')));
const tellMentioned = prepareEvent<{ moment: MomentId }>(
  sql`SELECT mention.user_id FROM ${moments} AS m JOIN ${momentMentions} AS mention ON mention.moment_id = m.id
    WHERE m.id = ${p('moment')} AND ${maySee('m', sql`mention.user_id`)}`,
);

export interface Post {
  readonly text: string;
  readonly images: string;
  readonly video: string;
  /** Where the author says it was, for all who see it; undefined for nowhere. */
  readonly place: Place | undefined;
  readonly address: string;
  /** 0 all friends, 1 nobody, 2 only `audience`, 3 all but `audience`. */
  readonly privacy: number;
  readonly audience: readonly UserId[];
  /** Friends to call; those who may not see the moment are passed over. */
  readonly mentions: readonly UserId[];
  readonly ext: string;
}

const isEmpty = ({ text, images, video, address, ext }: Omit<Post, 'place'>) =>
  !(text || images || video || address || ext);

/**
 * Publishes a moment and tells those who may see it (event 36), and those of them whom it mentions once more
 * (event 49). Refuses `EMPTY`, `MUTED` and `TOO_MANY`.
 * @returns the moment as its author sees it
 */
export async function publish(context: CallerContext, { place, ...post }: Post): Promise<MomentRow> {
  if (isEmpty(post)) refuse('EMPTY');
  const me = context.caller.userId;
  const moment = context.ids.next<MomentId>();
  const isListed = post.privacy === PRIVACY.only || post.privacy === PRIVACY.but;
  const values = {
    ...post,
    latitude: place?.latitude ?? null,
    longitude: place?.longitude ?? null,
    moment,
    me,
    audience: JSON.stringify(isListed ? post.audience : []),
    mentions: JSON.stringify(post.mentions),
    now: context.clock.now(),
  };
  const { text, images: imgs } = post;
  const from = { from: me, fromType: FROM.person };
  const told = { ...from, type: EVENT.momentPosted, content: { feedId: moment, msg: text, imgs } };
  const called = {
    ...from,
    type: EVENT.momentMention,
    content: { feedId: moment, msg: '', feedmsg: text, imgs },
  };
  const {
    row: [row],
  } = await context.db.write({
    insertMoment: insertMoment(values),
    published: published(context, LOGIN_EVENT.moment, [moment]),
    insertAudience: insertAudience(values),
    insertMentions: insertMentions(values),
    tellFriends: tellFriends({ moment, me, event_body: context.ids.next(), ...eventValues(context, told) }),
    tellMentioned: tellMentioned({ moment, ...eventValues(context, called) }),
    row: findMoment({ me, moment }),
  });
  if (row) return row;
  await explainStep(context, 'moments', 'MUTED');
  return refuse('TOO_MANY');
}
