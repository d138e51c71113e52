import { DEST } from '../../../db/schema/dest.ts';
import type { GroupId, UserId } from '../../core/ids.ts';
import { id, word } from '../../http/params.ts';
import { info } from '../../http/wire.ts';
import { endpoint } from '../../realtime/endpoint.ts';
import { pin, unpin } from './pin.ts';

const params = {
  destType: word('1 用户 2 群组', DEST),
  destId: id<UserId | GroupId>('用户或群组唯一标识'),
};

export const setTop = endpoint({
  no: 20,
  path: '/chat/setTop',
  title: '用户/群组置顶接口',
  summary: 'Keeps a conversation with anybody, or in a group of mine, at the top.',
  params,
  data: info('设置成功'),
  errors: {
    NO_SUCH_USER: [-1, '用户不存在'],
    NOT_A_MEMBER: [-1, '您不在该群组，无法操作'],
    TOO_MANY_PINS: [-1, '置顶数量已达上限'],
  },
  handler: async (context, conversation) => {
    await pin(context, conversation);
    return { info: '设置成功' };
  },
});

export const cancelTop = endpoint({
  no: 21,
  path: '/chat/candleTop',
  aliases: ['/chat/cancleTop'],
  title: '取消用户/群组置顶接口',
  summary: 'Lets a conversation go from the top.',
  params,
  data: info('设置成功'),
  handler: async (context, conversation) => {
    await unpin(context, conversation);
    return { info: '设置成功' };
  },
});
