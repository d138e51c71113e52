import { DEST } from '../../../db/schema/dest.ts';
import { lowestIdAt } from '../../core/id-maker.ts';
import type { UserId } from '../../core/ids.ts';
import { refuse, refuseParameter } from '../../http/failure.ts';
import { id, integer, optional, orElse, text, userId, word } from '../../http/params.ts';
import * as wire from '../../http/wire.ts';
import { endpoint } from '../../realtime/endpoint.ts';
import { storedShape, storedView } from '../chat/stored-view.ts';
import { findMessages } from './find.ts';
import { isSearchable, searchText } from './terms.ts';

const MAX = Number.MAX_SAFE_INTEGER;

export const imSearch = endpoint({
  path: '/im/search',
  ours: true,
  title: '搜索聊天记录',
  summary: 'Messages of my conversations that contain a text of two characters or more, newest first.',
  params: {
    q: text('要查找的文字，至少两个相邻的字', 64).refine((value) => isSearchable(searchText(value))),
    destType: optional(word('1 个人 2 群组', DEST)),
    destId: optional(id('只在该会话中查找：对方用户 id，或群 id')),
    fromId: optional(userId('只找该用户发送的')),
    since: orElse(integer('只找此时间之后的（毫秒时间戳）', 0, MAX), 0),
    until: optional(integer('只找此时间之前的（毫秒时间戳）', 0, MAX)),
    before: optional(integer('只找该编号之前的消息：上页返回的 next', 1, MAX)),
    limit: orElse(integer('最多条数，默认 20', 1, 50), 20),
  },
  sample: { q: '喝茶' },
  data: wire.object({
    list: wire.list(storedShape),
    next: wire.id('下页的 before，没有更多时为空'),
  }),
  perMinute: 60,
  errors: { SEARCH_OFF: [-1, '未开启搜索'] },
  handler: async (context, { q, destType, destId, fromId, since, until, before, limit }) => {
    if (context.config.MESSAGE_SEARCH === 'off') refuse('SEARCH_OFF');
    if ((destType === undefined) !== (destId === undefined)) refuseParameter('destId');
    const sought = {
      q,
      place: destType && destId ? { destType, destId } : undefined,
      from: fromId as UserId | undefined,
      before: Math.min(before ?? MAX, until === undefined ? MAX : lowestIdAt(until)),
      since: Math.max(0, lowestIdAt(since)),
      limit,
    };
    const { rows, next } = await findMessages(context, sought);
    return { list: rows.map((row) => storedView({ ...row, recalledAt: null })), next };
  },
});
