import { sql } from 'drizzle-orm';
import type { Clock } from '../core/clock.ts';
import { OFFICIAL } from '../core/ids.ts';
import { type Random, randomText } from '../core/random.ts';
import type { Scalar } from '../http/envelope.ts';
import * as wire from '../http/wire.ts';
import { EVENT, FROM } from './message-types.ts';

/** An event or a chat message as the inbox holds it. */
export interface InboxRow {
  readonly seq: number;
  readonly type: number;
  readonly msgId: string;
  readonly fromId: number;
  /** 1 person, 2 group, 3 system. */
  readonly fromType: number;
  readonly destId: number;
  readonly content: string;
  /** Epoch ms. */
  readonly createdAt: number;
  /** The chat message, where it is one. */
  readonly messageId: number | null;
  /** Kind of the device that a user sent it from; null where the server is the sender. */
  readonly device: number | null;
  readonly fromName: string | null;
  readonly fromHead: string | null;
}

/** The keys of an `InboxRow` but its place, in the order in which every query selects them. */
export const MESSAGE_KEYS = [
  'type',
  'msgId',
  'fromId',
  'fromType',
  'destId',
  'content',
  'createdAt',
  'messageId',
  'device',
  'fromName',
  'fromHead',
] as const satisfies readonly (keyof InboxRow)[];

/** SQL of what `MESSAGE_KEYS` name, of a chat message `m` and its sender `u`. */
export const storedMessage = sql`m.type, m.msg_id, m.sender_id, m.dest_type, m.dest_id, m.content, m.created_at, m.id, m.device,
  u.name, u.head_url`;

/**
 * The message object of the original (docs/original.md#the-message-object): numbers are numbers, what is not there
 * is left out.
 */
export interface MessageObject {
  readonly id?: number;
  readonly msgId: string;
  readonly fromId: number;
  readonly fromName?: string;
  readonly imageIconUrl?: string;
  readonly fromType: number;
  readonly destId: number;
  readonly content: string;
  readonly messageType: number;
  readonly sendTime: number;
  readonly receiveTime: number;
  readonly devType?: number;
}

/** The official account's name. Apps of the original have one of their own for it. */
const OFFICIAL_NAME = '官方通知';

/** What a socket sends of a row. Name and picture are the sender's own, whatever the app said. */
export function messageObject(row: Omit<InboxRow, 'seq'>): MessageObject {
  const fromName = row.fromId === OFFICIAL ? OFFICIAL_NAME : row.fromName;
  return {
    ...(row.messageId === null ? {} : { id: row.messageId }),
    msgId: row.msgId,
    fromId: row.fromId,
    ...(fromName === null ? {} : { fromName }),
    ...(row.fromHead === null ? {} : { imageIconUrl: row.fromHead }),
    fromType: row.fromType,
    destId: row.destId,
    content: row.content,
    messageType: row.type,
    sendTime: row.createdAt,
    receiveTime: row.createdAt,
    ...(row.device === null ? {} : { devType: row.device }),
  };
}

/**
 * Event 15 as JSON text, for the one socket that it concerns: somebody has logged in on another device of its
 * kind. It is never stored.
 * @param uuid the device's, as the new login sent it
 */
export function elsewhereNotice(
  facts: { clock: Clock; random: Random },
  userId: number,
  uuid: string,
): string {
  const now = facts.clock.now();
  const notice: MessageObject = {
    msgId: randomText(facts.random, 22),
    fromId: userId,
    fromType: FROM.system,
    destId: userId,
    content: JSON.stringify({ UUID: uuid }),
    messageType: EVENT.loggedInElsewhere,
    sendTime: now,
    receiveTime: now,
  };
  return JSON.stringify(notice);
}

/** The message object in an envelope: every value text, empty where there is none. */
export const messageShape = {
  id: wire.id('聊天消息编号，服务器通知为空'),
  msgId: wire.text('消息唯一标识'),
  fromId: wire.id('发送者 id'),
  fromName: wire.text('发送者名称'),
  imageIconUrl: wire.text('发送者头像'),
  fromType: wire.count('1 个人 2 群组 3 系统'),
  destId: wire.id('接收者用户 id，群消息为群 id'),
  content: wire.text('文本、链接或 JSON 文本'),
  messageType: wire.count('消息类型，见 docs/realtime.md'),
  sendTime: wire.time('发送时间'),
  receiveTime: wire.time('服务器接收时间'),
  devType: wire.count('发送设备类型，服务器通知为空'),
};

/** The same for `messageShape`. */
export function messageView(row: Omit<InboxRow, 'seq'>): Readonly<Record<keyof typeof messageShape, Scalar>> {
  const { id, fromName, imageIconUrl, devType, ...rest } = messageObject(row);
  return { id, fromName, imageIconUrl, devType, ...rest };
}
