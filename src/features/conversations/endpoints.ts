import { integer, optional, orElse } from '../../http/params.ts';
import * as wire from '../../http/wire.ts';
import { endpoint } from '../../realtime/endpoint.ts';
import { storedShape, storedView } from '../chat/stored-view.ts';
import { type ConversationRow, conversations } from './list.ts';

const MAX = Number.MAX_SAFE_INTEGER;

const conversationShape = wire.named('Conversation', {
  destType: wire.count('1 个人 2 群组'),
  destId: wire.id('对方用户 id，或群 id'),
  name: wire.text('对方昵称，或群名称'),
  remark: wire.text('好友备注'),
  headUrl: wire.text('头像'),
  unread: wire.count('未读消息数'),
  isTop: wire.flag('1 已置顶'),
  receiveTip: wire.flag('1 接收提示'),
  readId: wire.id('本人已读到的消息编号'),
  otherReadId: wire.id('对方已读到的消息编号，群聊为 0'),
  last: storedShape,
});

const view = (row: ConversationRow) => ({
  destType: row.otherType,
  destId: row.otherId,
  name: row.name,
  remark: row.remark,
  headUrl: row.headUrl,
  unread: row.unread,
  isTop: row.isPinned,
  receiveTip: row.receiveTip,
  readId: row.read,
  otherReadId: row.readByOther,
  last: storedView(row),
});

export const imConversations = endpoint({
  path: '/im/conversations',
  ours: true,
  title: '会话列表',
  summary: 'My conversations in which something was said, newest first, with unread counts.',
  params: {
    before: optional(integer('只取最后一条消息编号更小的会话', 1, MAX)),
    since: orElse(integer('只取此后有变化的会话：上次首页返回的 since', 0, MAX), 0),
    limit: orElse(integer('最多条数，默认 20', 1, 100), 20),
  },
  data: wire.object({
    list: wire.list(conversationShape),
    more: wire.flag('是否还有更早的会话'),
    since: wire.time('下次请求的 since'),
    left: wire.list(wire.id('已不在其中的群 id')),
  }),
  handler: async ({ caller, clock, db }, { before, since, limit }) => {
    const asked = { me: caller.userId, before: before ?? MAX, since, limit };
    const { rows, ...page } = await conversations(db, clock.now(), asked);
    return { list: rows.map(view), ...page };
  },
});
