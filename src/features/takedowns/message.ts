import { sql } from 'drizzle-orm';
import { DEST } from '../../../db/schema/dest.ts';
import { favourites } from '../../../db/schema/favourites.ts';
import { messages } from '../../../db/schema/messages.ts';
import type { ChangeId, MessageId, UserId } from '../../core/ids.ts';
import { type NoMore, p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import { prepareEvent } from '../../realtime/events.ts';
import { MESSAGE } from '../../realtime/message-types.ts';
import { everyoneIn } from '../../realtime/relations.ts';
import type { Found } from './kinds.ts';
import { prepareRestore, prepareTake, type Restored, restored, type Taken, taken } from './row.ts';
import type { Takable } from './subject.ts';

type Item = { readonly item: number };
const find = prepareRead<Item, Found>(
  sql`SELECT sender_id, json_object('msgId', msg_id, 'destType', dest_type, 'destId', dest_id, 'type', type,
      'content', content, 'createdAt', created_at), content, dest_id
    FROM ${messages} WHERE id = ${p('item')} AND recalled_at IS NULL`,
  ['owner', 'evidence', 'seen', 'dest'],
);
const stands = sql`EXISTS (SELECT 1 FROM ${messages} WHERE id = ${p('item')} AND recalled_at IS NULL)`;
const takeBack = prepareChange<Item & Taken & { readonly now: number; readonly mark_change: ChangeId }>(
  sql`UPDATE ${messages} SET recalled_at = ${p('now')}, content = '', recall_id = ${p('mark_change')}
    WHERE id = ${p('item')} AND recalled_at IS NULL AND ${taken}`,
);
const row = sql`${messages} AS m WHERE m.id = ${p('item')} AND ${taken}`;
const from = (column: 'msg_id' | 'dest_type') =>
  sql`(SELECT ${sql.raw(column)} FROM ${messages} WHERE id = ${p('item')})`;
/** The recall, as every app knows it: to the group, or to both people. */
const tell = prepareEvent<Item & Taken>(
  sql`SELECT m.dest_id AS user_id FROM ${row} AND m.dest_type = ${DEST.person}
    UNION SELECT m.sender_id FROM ${row} AND m.dest_type = ${DEST.person}
    UNION SELECT user_id FROM (${everyoneIn(sql`(SELECT m.dest_id FROM ${row} AND m.dest_type = ${DEST.group})`)})`,
  from('msg_id'),
  { fromType: from('dest_type') },
);
/** Nobody keeps it any longer: the same words of that sender, or of that group. */
const forgetKept = prepareChange<
  Taken & { readonly digest: string; readonly owner: UserId; readonly dest: number }
>(
  sql`DELETE FROM ${favourites} WHERE content_digest = ${p('digest')} AND from_id IN (${p('owner')}, ${p('dest')}) AND ${taken}`,
);
const isDown = sql`EXISTS (SELECT 1 FROM ${messages} WHERE id = ${p('item')} AND recalled_at IS NOT NULL)`;
const say = prepareChange<Restored & Item & { readonly evidence: string }>(
  sql`UPDATE ${messages} SET recalled_at = NULL, content = ${p('evidence')} ->> '$.content'
    WHERE id = ${p('item')} AND ${restored}`,
);

/** A message is recalled, however old it is. Copies that somebody has forwarded are messages of their own. */
export const message: Takable = {
  find,
  take: prepareTake<NoMore>(stands),
  steps: [takeBack, tell, forgetKept],
  event: MESSAGE.recall,
  restore: prepareRestore<Item>(isDown),
  returns: [say],
};

/** The number of a message, by what its sender's app calls it. */
export const findMessage = prepareRead<
  { readonly msgId: string; readonly sender: UserId },
  { id: MessageId }
>(sql`SELECT id FROM ${messages} WHERE msg_id = ${p('msgId')} AND sender_id = ${p('sender')}`, ['id']);
