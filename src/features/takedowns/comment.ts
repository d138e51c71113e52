import { sql } from 'drizzle-orm';
import { inbox, isTold, toldOf } from '../../../db/schema/inbox.ts';
import { momentComments, moments } from '../../../db/schema/moments.ts';
import { type NoMore, p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import { EVENT } from '../../realtime/message-types.ts';
import type { Found } from './kinds.ts';
import { prepareRestore, prepareTake, type Restored, restored, type Taken, taken } from './row.ts';
import type { Takable } from './subject.ts';

type Item = { readonly item: number };
const find = prepareRead<Item, Found>(
  sql`SELECT user_id, json_object('moment', moment_id, 'reply', reply_user_id, 'text', text, 'createdAt', created_at),
      text, moment_id FROM ${momentComments} WHERE id = ${p('item')}`,
  ['owner', 'evidence', 'seen', 'dest'],
);
const forgetEvents = prepareChange<
  Taken & { readonly dest: number; readonly owner: number; readonly seen: string }
>(
  sql`DELETE FROM ${inbox} WHERE ${isTold} AND ${toldOf} = ${p('dest')} AND type = ${EVENT.momentCommented}
    AND from_id = ${p('owner')} AND content ->> 'msg' = ${p('seen')} AND ${taken}`,
);
const remove = prepareChange<Item & Taken>(
  sql`DELETE FROM ${momentComments} WHERE id = ${p('item')} AND ${taken}`,
);
const was = (name: string) => sql`${p('evidence')} ->> ${sql.raw(`'$.${name}'`)}`;
const insert = prepareChange<Restored & Item & { readonly owner: number; readonly evidence: string }>(
  sql`INSERT INTO ${momentComments} (id, moment_id, user_id, reply_user_id, text, created_at)
    SELECT ${p('item')}, ${was('moment')}, ${p('owner')}, ${was('reply')}, ${was('text')}, ${was('createdAt')} WHERE ${restored}`,
);

/** A comment under a moment. It comes back while the moment is there. */
export const comment: Takable = {
  find,
  take: prepareTake<NoMore>(sql`EXISTS (SELECT 1 FROM ${momentComments} WHERE id = ${p('item')})`),
  steps: [forgetEvents, remove],
  restore: prepareRestore<{ readonly evidence: string }>(
    sql`EXISTS (SELECT 1 FROM ${moments} WHERE id = ${was('moment')})`,
  ),
  returns: [insert],
};
