import { sql } from 'drizzle-orm';
import { groupNotes, groups } from '../../../db/schema/groups.ts';
import { inbox, isTold, toldOf } from '../../../db/schema/inbox.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import { EVENT } from '../../realtime/message-types.ts';
import type { Found } from './kinds.ts';
import { prepareRestore, prepareTake, type Restored, restored, type Taken, taken } from './row.ts';
import type { Takable } from './subject.ts';

type Item = { readonly item: number };
const words = sql`json_object('group', group_id, 'title', title, 'content', content, 'createdAt', created_at, 'updatedAt', updated_at)`;
const find = prepareRead<Item, Found>(
  sql`SELECT user_id, ${words}, ${words}, group_id FROM ${groupNotes} WHERE id = ${p('item')}`,
  ['owner', 'evidence', 'seen', 'dest'],
);
const forgetEvents = prepareChange<Item & Taken>(
  sql`DELETE FROM ${inbox} WHERE ${isTold} AND ${toldOf} = ${p('item')} AND type IN (${EVENT.noteAdded}, ${EVENT.noteChanged}) AND ${taken}`,
);
const remove = prepareChange<Item & Taken>(
  sql`DELETE FROM ${groupNotes} WHERE id = ${p('item')} AND ${taken}`,
);
const was = (name: string) => sql`${p('evidence')} ->> ${sql.raw(`'$.${name}'`)}`;
const insert = prepareChange<Restored & Item & { readonly owner: number; readonly evidence: string }>(
  sql`INSERT INTO ${groupNotes} (id, group_id, user_id, title, content, created_at, updated_at)
    SELECT ${p('item')}, ${was('group')}, ${p('owner')}, ${was('title')}, ${was('content')}, ${was('createdAt')},
      ${was('updatedAt')} WHERE ${restored}`,
);

/** A note of a group. It comes back while the group is there. */
export const note: Takable = {
  find,
  take: prepareTake<{ readonly seen: string }>(
    sql`EXISTS (SELECT 1 FROM ${groupNotes} WHERE id = ${p('item')} AND ${words} = ${p('seen')})`,
  ),
  steps: [forgetEvents, remove],
  restore: prepareRestore<{ readonly evidence: string }>(
    sql`EXISTS (SELECT 1 FROM ${groups} WHERE id = ${was('group')} AND dismissed_at IS NULL)`,
  ),
  returns: [insert],
};
