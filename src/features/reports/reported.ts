import { type SQL, sql } from 'drizzle-orm';
import { DEST } from '../../../db/schema/dest.ts';
import { groupMembers, groupNotes } from '../../../db/schema/groups.ts';
import { messages } from '../../../db/schema/messages.ts';
import { momentComments, moments } from '../../../db/schema/moments.ts';
import { REPORTED } from '../../../db/schema/reports.ts';
import type { UserId } from '../../core/ids.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import { isMemberOf } from '../../realtime/relations.ts';
import { mayHear, maySee } from '../moments/visibility.ts';

/** What of somebody's a complaint may name. */
export const REPORTABLE = ['moment', 'comment', 'message', 'note'] as const;
export type Reportable = (typeof REPORTABLE)[number];

/** What says which: the number of it, or of a message what its sender's app calls it. */
export type Naming = {
  readonly me: UserId;
  readonly destType: number;
  readonly destId: number;
  readonly named: number | string;
};

const [me, destId, named] = [p('me'), p('destId'), p('named')];
/** The complaint is about the person whose it is, or about the group where it stands, where it stands in one. */
const isTheirs = (person: SQL, group?: SQL) =>
  group
    ? sql`CASE ${p('destType')} WHEN ${REPORTED.person} THEN ${person} = ${destId} ELSE ${group} = ${destId} END`
    : sql`${p('destType')} = ${REPORTED.person} AND ${person} = ${destId}`;

const cameInTime = sql`(${isMemberOf(sql`m.dest_id`, me)} AND m.created_at >= (SELECT came.created_at
  FROM ${groupMembers} AS came WHERE came.group_id = m.dest_id AND came.user_id = ${me}))`;

/** Rows that a reporter may see, one for each kind, with what is kept of one. */
const kinds: Readonly<Record<Reportable, { readonly rows: SQL; readonly id: SQL; readonly evidence: SQL }>> =
  {
    moment: {
      rows: sql`${moments} AS m WHERE m.id = ${named} AND ${isTheirs(sql`m.author_id`)} AND ${maySee('m', sql`${me}`)}`,
      id: sql`m.id`,
      evidence: sql`json_object('author', m.author_id, 'text', m.text, 'images', m.images, 'video', m.video,
      'address', m.address, 'createdAt', m.created_at)`,
    },
    comment: {
      rows: sql`${momentComments} AS c JOIN ${moments} AS m ON m.id = c.moment_id WHERE c.id = ${named}
      AND ${isTheirs(sql`c.user_id`)} AND ${maySee('m', sql`${me}`)} AND ${mayHear('m', sql`${me}`, sql`c.user_id`)}`,
      id: sql`c.id`,
      evidence: sql`json_object('author', c.user_id, 'moment', c.moment_id, 'text', c.text, 'createdAt', c.created_at)`,
    },
    message: {
      rows: sql`${messages} AS m WHERE m.msg_id = ${named} AND m.recalled_at IS NULL
      AND ${isTheirs(sql`m.sender_id`, sql`CASE m.dest_type WHEN ${DEST.group} THEN m.dest_id END`)}
      AND CASE m.dest_type WHEN ${DEST.person} THEN m.dest_id = ${me} ELSE ${cameInTime} END`,
      id: sql`m.id`,
      evidence: sql`json_object('author', m.sender_id, 'msgId', m.msg_id, 'destType', m.dest_type, 'destId', m.dest_id,
      'type', m.type, 'content', m.content, 'createdAt', m.created_at)`,
    },
    note: {
      rows: sql`${groupNotes} AS n WHERE n.id = ${named} AND ${isTheirs(sql`n.user_id`, sql`n.group_id`)}
      AND ${isMemberOf(sql`n.group_id`, me)}`,
      id: sql`n.id`,
      evidence: sql`json_object('author', n.user_id, 'group', n.group_id, 'title', n.title, 'content', n.content,
      'createdAt', n.created_at, 'updatedAt', n.updated_at)`,
    },
  };

const prepareFind = ({ rows, id, evidence }: (typeof kinds)[Reportable]) =>
  prepareRead<Naming, { item: number; evidence: string }>(
    sql`SELECT ${id}, ${evidence} FROM ${rows} LIMIT 1`,
    ['item', 'evidence'],
  );
/** What a reporter names, as it stands now, if they may see it. */
export const findReported = {
  moment: prepareFind(kinds.moment),
  comment: prepareFind(kinds.comment),
  message: prepareFind(kinds.message),
  note: prepareFind(kinds.note),
} as const;

/** Condition: they still may, and it is as it was. Values: `Naming`, `item` and `seen`. */
export const isAsSeen = (kind: Reportable): SQL => {
  const { rows, id, evidence } = kinds[kind];
  return sql`EXISTS (SELECT 1 FROM ${rows} AND ${id} = ${p('item')} AND ${evidence} = ${p('seen')})`;
};
