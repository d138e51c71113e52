import * as z from 'zod';
import { DEST } from '../../../db/schema/dest.ts';
import { refuse, refuseParameter } from '../../http/failure.ts';
import { id, integer, optional, orElse, text, word } from '../../http/params.ts';
import * as wire from '../../http/wire.ts';
import { acknowledge, cursorKey, gapOf, readCursor, startOf } from '../../realtime/cursors.ts';
import { endpoint } from '../../realtime/endpoint.ts';
import { goodbyeFor } from '../../realtime/goodbye.ts';
import { messageShape, messageView } from '../../realtime/message.ts';
import { isClientType } from '../../realtime/message-types.ts';
import { clientMessage, MAX_CONTENT } from './client-message.ts';
import { history } from './history.ts';
import { SEND_ERRORS } from './refusals.ts';
import { send } from './send.ts';
import { storedShape, storedView } from './stored-view.ts';
import { sync } from './sync.ts';

const MAX_SEQ = Number.MAX_SAFE_INTEGER;
const content = z
  .string()
  .max(MAX_CONTENT)
  .meta({ description: '文本、链接或 JSON 文本', type: 'string', maxLength: MAX_CONTENT });
const destType = word('1 个人 2 群组', DEST);

export const imSync = endpoint({
  path: '/im/sync',
  ours: true,
  title: '拉取消息',
  summary:
    'My events after a place in my sequence, oldest first; waits for the first one up to `wait` seconds.',
  params: {
    after: optional(integer('从该序号之后开始，默认为本类设备已确认的序号', 0, MAX_SEQ)),
    limit: orElse(integer('最多条数，默认 100', 1, 500), 100),
    wait: orElse(integer('没有消息时最多等待的秒数', 0, 25), 0),
  },
  data: wire.object({
    list: wire.list(wire.named('Event', { seq: wire.count('消息序号'), ...messageShape })),
    seq: wire.count('下次请求的 after'),
    more: wire.flag('是否还有消息'),
    gap: wire.flag('1 之前有消息已过期，请重新拉取会话列表'),
  }),
  handler: async (context, { after, limit, wait }) => {
    const { rows, seq, more, hasGap } = await sync(context, { after, limit, waitMs: wait * 1000 });
    return { list: rows.map((row) => ({ seq: row.seq, ...messageView(row) })), seq, more, gap: hasGap };
  },
});

const asksForSocket = (call: { header(name: string): string | undefined }) =>
  call.header('upgrade')?.toLowerCase() === 'websocket';

export const im = endpoint({
  path: '/im',
  ours: true,
  title: '实时连接',
  summary: 'WebSocket: sends my events behind `after`, then every new one as it comes (docs/realtime.md).',
  params: {
    after: optional(integer('从该序号之后开始，默认为本类设备已确认的序号', 0, MAX_SEQ)),
    device: optional(integer('设备类型；以登录时的设备类型为准', 0, 4)),
  },
  data: wire.object({}),
  answers: {
    101: {
      description:
        'The WebSocket is open. Where it is refused its only frame, `bye`, and its close code tell why: 4400, 4401, 4429 or 1001 (docs/realtime.md). The other statuses are for whoever asks for no WebSocket.',
    },
  },
  // A client without a WebSocket looks at the status.
  errors: {
    INVALID_PARAMETER: [-1, '参数不正确', 400],
    UPGRADE_REQUIRED: [-1, '请使用 WebSocket 连接', 426],
  },
  handler: async (context, { after }) => {
    const { caller, db, request, sockets } = context;
    const [cursor] = await db.read(readCursor(cursorKey(caller)));
    if (!asksForSocket(context)) refuse('UPGRADE_REQUIRED');
    return sockets.accept(request, caller, { after: startOf(cursor, after), gap: gapOf(cursor, after) });
  },
  turnAway: (context, { reason, field }) =>
    asksForSocket(context) ? context.sockets.turnAway(context.request, goodbyeFor(reason, field)) : undefined,
});

export const imAck = endpoint({
  path: '/im/ack',
  ours: true,
  title: '确认消息',
  summary: 'Says that this kind of device has taken everything up to `seq`.',
  params: { seq: integer('已收到的最大消息序号', 0, MAX_SEQ) },
  data: wire.info('确认成功'),
  handler: async ({ caller, db, clock }, { seq }) => {
    await db.write(acknowledge([{ userId: caller.userId, device: caller.device, seq }], clock.now()));
    return { info: '确认成功' };
  },
});

export const imSend = endpoint({
  path: '/im/send',
  ours: true,
  title: '发送消息',
  summary: 'Sends a chat message, a recall or a read mark; the same `msgId` again is harmless.',
  params: {
    msgId: text('消息唯一标识，由发送者生成', 64).refine((value) => /^[\x21-\x7e]+$/.test(value)),
    fromType: destType,
    destId: id('接收者用户 id，或群 id'),
    messageType: integer('消息类型，见 docs/realtime.md', 0, 9999).refine(isClientType),
    content: orElse(content, ''),
  },
  sample: { content: '你好' },
  paramAliases: { destType: 'fromType' },
  data: wire.object({
    info: wire.text('消息唯一标识'),
    id: wire.id('聊天消息编号，撤回与已读为 0'),
    sendTime: wire.time('发送时间'),
  }),
  errors: SEND_ERRORS,
  handler: async (context, input) => {
    const message = clientMessage.safeParse(input);
    if (!message.success) refuseParameter('content');
    const { id, sendTime } = await send(context, message.data);
    return { info: input.msgId, id, sendTime };
  },
});

export const imHistory = endpoint({
  path: '/im/history',
  ours: true,
  title: '聊天记录',
  summary:
    'A conversation of mine, newest message first; members of a group see what was written since they came.',
  params: {
    destType,
    destId: id('对方用户 id，或群 id'),
    before: optional(integer('只取该编号之前的消息', 1, MAX_SEQ)),
    limit: orElse(integer('最多条数，默认 20', 1, 100), 20),
  },
  data: wire.object({
    list: wire.list(storedShape),
    more: wire.flag('是否还有更早的消息'),
    readId: wire.id('本人已读到的消息编号'),
    otherReadId: wire.id('对方已读到的消息编号，群聊为 0'),
  }),
  errors: { NOT_A_MEMBER: SEND_ERRORS.NOT_A_MEMBER },
  handler: async (context, { destType, destId, before, limit }) => {
    const page = await history(context, destType, destId, before ?? MAX_SEQ, limit);
    return {
      list: page.rows.map(storedView),
      more: page.more,
      readId: page.read,
      otherReadId: page.readByOther,
    };
  },
});
