import { sql } from 'drizzle-orm';
import { eventBodies, inbox, isTold, toldOf } from '../../../db/schema/inbox.ts';
import {
  momentAudience,
  momentComments,
  momentMentions,
  momentPraises,
  moments,
} from '../../../db/schema/moments.ts';
import { type NoMore, p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import { EVENT } from '../../realtime/message-types.ts';
import type { Found } from './kinds.ts';
import { prepareRestore, prepareTake, type Restored, restored, type Taken, taken } from './row.ts';
import type { Takable } from './subject.ts';

type Item = { readonly item: number };
/** Of what hangs on a moment, the newest that is kept for its return: more than any reader is shown. */
const KEPT = 500;
const kept = sql.raw(String(KEPT));

const people = (table: typeof momentMentions | typeof momentAudience) =>
  sql`json((SELECT json_group_array(user_id) FROM ${table} WHERE moment_id = m.id))`;
const find = prepareRead<Item, Found>(
  sql`SELECT m.author_id, json_object('text', m.text, 'images', m.images, 'video', m.video, 'latitude', m.latitude,
      'longitude', m.longitude, 'address', m.address, 'privacy', m.privacy, 'ext', m.ext, 'createdAt', m.created_at,
      'mentions', ${people(momentMentions)}, 'audience', ${people(momentAudience)},
      'comments', json((SELECT json_group_array(json_array(id, user_id, reply_user_id, text, created_at)) FROM
        (SELECT * FROM ${momentComments} WHERE moment_id = m.id ORDER BY id DESC LIMIT ${kept}))),
      'praises', json((SELECT json_group_array(json_array(id, user_id, created_at)) FROM
        (SELECT * FROM ${momentPraises} WHERE moment_id = m.id ORDER BY id DESC LIMIT ${kept})))),
      '', 0 FROM ${moments} AS m WHERE m.id = ${p('item')}`,
  ['owner', 'evidence', 'seen', 'dest'],
);
const parts = [momentComments, momentPraises, momentMentions, momentAudience].map((table) =>
  prepareChange<Item & Taken>(sql`DELETE FROM ${table} WHERE moment_id = ${p('item')} AND ${taken}`),
);
const remove = prepareChange<Item & Taken>(sql`DELETE FROM ${moments} WHERE id = ${p('item')} AND ${taken}`);
const list = sql`${EVENT.momentCommented}, ${EVENT.momentPraised}, ${EVENT.momentMention}`;
/** Comments, praises and mentions that somebody has not fetched yet repeat the moment. */
const forgetEvents = prepareChange<Item & Taken>(
  sql`DELETE FROM ${inbox} WHERE ${isTold} AND ${toldOf} = ${p('item')} AND type IN (${list}) AND ${taken}`,
);
/** What friends were told when it was published stands once, under an id of that time. */
const forgetNews = prepareChange<Item & Taken & { readonly low: number; readonly high: number }>(
  sql`UPDATE ${eventBodies} SET content = json_object('feedId', ${p('item')}, 'msg', '', 'imgs', '')
    WHERE id >= ${p('low')} AND id < ${p('high')} AND content GLOB '{"feedId":' || ${p('item')} || ',*' AND ${taken}`,
);

const was = (name: string) => sql`${p('evidence')} ->> ${sql.raw(`'$.${name}'`)}`;
const insert = prepareChange<Restored & Item & { readonly owner: number; readonly evidence: string }>(
  sql`INSERT INTO ${moments} (id, author_id, text, images, video, latitude, longitude, address, privacy, ext, created_at)
    SELECT ${p('item')}, ${p('owner')}, ${was('text')}, ${was('images')}, ${was('video')}, ${was('latitude')},
      ${was('longitude')}, ${was('address')}, ${was('privacy')}, ${was('ext')}, ${was('createdAt')} WHERE ${restored}`,
);
type Back = Restored & Item & { readonly evidence: string };
const insertPeople = (['mentions', 'audience'] as const).map((name) =>
  prepareChange<Back>(
    sql`INSERT INTO ${name === 'mentions' ? momentMentions : momentAudience} (moment_id, user_id)
      SELECT ${p('item')}, value FROM json_each(${p('evidence')}, ${sql.raw(`'$.${name}'`)}) WHERE ${restored}`,
  ),
);
const insertComments = prepareChange<Back>(
  sql`INSERT INTO ${momentComments} (id, moment_id, user_id, reply_user_id, text, created_at)
    SELECT value ->> 0, ${p('item')}, value ->> 1, value ->> 2, value ->> 3, value ->> 4
      FROM json_each(${p('evidence')}, '$.comments') WHERE ${restored}`,
);
const insertPraises = prepareChange<Back>(
  sql`INSERT INTO ${momentPraises} (id, moment_id, user_id, created_at)
    SELECT value ->> 0, ${p('item')}, value ->> 1, value ->> 2
      FROM json_each(${p('evidence')}, '$.praises') WHERE ${restored}`,
);

/** A moment goes with all that hangs on it, and comes back with the newest of that. */
export const moment: Takable = {
  find,
  take: prepareTake<NoMore>(sql`EXISTS (SELECT 1 FROM ${moments} WHERE id = ${p('item')})`),
  steps: [forgetEvents, forgetNews, ...parts, remove],
  restore: prepareRestore<NoMore>(sql`1`),
  returns: [insert, ...insertPeople, insertComments, insertPraises],
};
