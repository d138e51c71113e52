import { sql } from 'drizzle-orm';
import * as z from 'zod';
import { DEST } from '../../../db/schema/dest.ts';
import { messages } from '../../../db/schema/messages.ts';
import type { GroupId, MessageId, UserId } from '../../core/ids.ts';
import { LIST_SIZE, MOST_COUNTED } from '../../core/operator-page.ts';
import { conversationOf } from '../../features/chat/conversation.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import { MESSAGE_TYPES } from '../../realtime/message-types.ts';
import { keyOf, pageOf } from '../keys.ts';
import { listing, viewing } from '../operation.ts';
import { numberOf } from '../params.ts';
import { nothingDone } from '../refused.ts';
import { kindText, onOneLine, timeText } from '../shown.ts';

const roles = ['moderator'] as const;

type Message = {
  readonly id: MessageId;
  readonly sender: UserId;
  readonly destType: number;
  readonly dest: number;
  readonly type: number;
  readonly content: string;
  readonly device: number;
  readonly createdAt: number;
  readonly recalledAt: number | null;
};
const COLUMNS = [
  'id',
  'sender',
  'destType',
  'dest',
  'type',
  'content',
  'device',
  'createdAt',
  'recalledAt',
] as const;
const select = sql`SELECT m.id, m.sender_id, m.dest_type, m.dest_id, m.type, m.content, m.device, m.created_at, m.recalled_at
  FROM ${messages} AS m`;
const one = prepareRead<{ message: MessageId }, Message>(
  sql`${select} WHERE m.id = ${p('message')}`,
  COLUMNS,
);
const inConversation = sql`m.conversation = ${p('conversation')}`;
const newest = prepareRead<{ conversation: string; before: number }, Message>(
  sql`${select} WHERE ${inConversation} AND m.id < ${p('before')} ORDER BY m.id DESC LIMIT ${sql.raw(String(LIST_SIZE))}`,
  COLUMNS,
);
const count = prepareRead<{ conversation: string }, { total: number }>(
  sql`SELECT count(*) FROM (SELECT 1 FROM ${messages} AS m WHERE ${inConversation} LIMIT ${sql.raw(String(MOST_COUNTED))})`,
  ['total'],
);

const shape = {
  message: z.number(),
  sender: z.number(),
  kind: z.string(),
  sent: z.string(),
  recalled: z.string(),
};
const facts = ({ id, sender, type, createdAt, recalledAt }: Message) => ({
  message: id,
  sender,
  kind: MESSAGE_TYPES[type]?.meaning ?? String(type),
  sent: timeText(createdAt),
  recalled: recalledAt === null ? '' : timeText(recalledAt),
});

/** The number behind a word of what an app has sent, as `redPacketId`. */
const numberIn = (content: string, word: string): number | null => {
  const [, digits] = new RegExp(`"${word}":"?([1-9]\\d{0,15})\\b`).exec(content) ?? [];
  return digits === undefined ? null : Number(digits);
};

export const list = listing({
  name: 'messages.list',
  roles,
  about: 'messages of a group, newest first, without what they say: number, sender, kind, times',
  params: { group: numberOf<GroupId>('group') },
  operands: ['group'],
  counted: 'messages',
  row: z.object(shape),
  async read({ db }, { group }, after) {
    const [before = Number.MAX_SAFE_INTEGER] = keyOf(after, ['number']) ?? [];
    const conversation = conversationOf(0, DEST.group, group);
    const found = await db.read({
      rows: newest({ conversation, before: Number(before) }),
      total: count({ conversation }),
    });
    return pageOf(found.rows, found.total[0]?.total, facts, ({ id }) => [id]);
  },
});

export const show = viewing({
  name: 'messages.show',
  roles,
  subject: 'message',
  about: 'one message: who sent it to whom, when, and what it says',
  params: { message: numberOf<MessageId>('message') },
  operands: ['message'],
  unseals: true,
  answer: z.object({
    ...shape,
    to: z.string(),
    device: z.string(),
    text: z.string(),
    packet: z.number().nullable(),
    transfer: z.number().nullable(),
  }),
  async read({ db }, { message }) {
    const [found] = await db.read(one({ message }));
    if (!found) return nothingDone(`There is no message ${message}.`);
    const { content, destType, dest } = found;
    const answer = {
      ...facts(found),
      to: `${destType === DEST.group ? 'group' : 'user'} ${dest}`,
      device: kindText(found.device),
      text: onOneLine(content),
      packet: numberIn(content, 'redPacketId'),
      transfer: numberIn(content, 'transId'),
    };
    return { on: message, answer, opened: { sender: found.sender, to: answer.to } };
  },
});
