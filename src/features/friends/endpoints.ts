import { DEST } from '../../../db/schema/dest.ts';
import { FOUND } from '../../../db/schema/groups.ts';
import type { GroupId, UserId } from '../../core/ids.ts';
import { Coded } from '../../http/envelope.ts';
import { displayName, flag, id, integer, orElse, userId, word } from '../../http/params.ts';
import { info, list } from '../../http/wire.ts';
import { endpoint } from '../../realtime/endpoint.ts';
import { joinRefusals, requestToJoin } from '../groups/joining/request.ts';
import { profile, profileShape } from '../profiles/view.ts';
import { acceptRequest as accept } from './accept.ts';
import { block, unblock } from './block.ts';
import { isClientChat, setClientChatRemark, setClientChatTip } from './client-chats.ts';
import { endFriendship } from './end.ts';
import { listBlocked } from './queries.ts';
import { requestFriend as request } from './request.ts';
import { setFriendTip, setGroupTip, setRemark } from './settings.ts';
import { blockedShape, blockedUser } from './view.ts';

const NOT_FRIENDS = [-1, '对方不是您的好友'] as const;
const NOT_A_MEMBER = [-1, '您不在该群组，无法操作'] as const;
const TOO_MANY_FRIENDS = [-1, '好友数量已达上限'] as const;
const TOO_MANY_CHATS = [-1, '设置失败'] as const;
const NO_SUCH_USER = [-1, '用户不存在'] as const;

export const setMessageTip = endpoint({
  no: 7,
  path: '/chat/setlgonre',
  aliases: ['/chat/setIgonre', '/chat/setIgnore'],
  title: '设置消息提示接口',
  summary: 'Turns the sound of a friend’s or a group’s messages on or off.',
  params: {
    destType: word('1 好友 2 群组', DEST),
    destId: id<UserId | GroupId>('好友或群组唯一标识'),
    receiveTip: orElse(flag('1 接收提示 0 不接收提示'), 0),
  },
  data: info('设置成功'),
  errors: { NOT_FRIENDS, NOT_A_MEMBER, TOO_MANY_CHATS },
  handler: async (context, { destType, destId, receiveTip }) => {
    // destType says which of the two the number names.
    if (destType === DEST.person && isClientChat(destId)) await setClientChatTip(context, destId, receiveTip);
    else if (destType === DEST.person) await setFriendTip(context, destId as UserId, receiveTip);
    else await setGroupTip(context, destId as GroupId, receiveTip);
    return { info: '设置成功' };
  },
});

export const setBlock = endpoint({
  no: 18,
  path: '/chat/setBlock',
  title: '拉入黑名单接口',
  summary: 'Blocks a user, friend or stranger.',
  params: { blockId: userId('被拉黑的用户 id') },
  data: info('设置成功'),
  errors: { NO_SUCH_USER, TOO_MANY: [-1, '黑名单数量已达上限'] },
  handler: async (context, { blockId }) => {
    await block(context, blockId);
    return { info: '设置成功' };
  },
});

export const updateRemark = endpoint({
  no: 23,
  path: '/chat/updateRemark',
  title: '修改好友备注接口',
  summary: 'Sets what I call a friend; an empty remark takes it back.',
  params: { destId: userId('好友 id'), remark: displayName('备注', 50) },
  data: info('设置成功'),
  errors: { NOT_FRIENDS, TOO_MANY_CHATS },
  handler: async (context, { destId, remark }) => {
    if (isClientChat(destId)) await setClientChatRemark(context, destId, remark);
    else await setRemark(context, destId, remark);
    return { info: '设置成功' };
  },
});

export const removeBlack = endpoint({
  no: 25,
  path: '/chat/removeBlack',
  title: '移出黑名单接口',
  summary: 'Takes a block back.',
  params: { destId: userId('被拉黑的用户 id') },
  data: info('移出成功'),
  handler: async (context, { destId }) => {
    await unblock(context, destId);
    return { info: '移出成功' };
  },
});

export const getBlackList = endpoint({
  no: 26,
  path: '/chat/getBlackList',
  title: '获取黑名单列表接口',
  summary: 'Everybody whom I have blocked.',
  params: {},
  data: list(blockedShape),
  invalid: '获取失败',
  handler: async (context) => {
    const rows = await context.db.read(listBlocked({ me: context.caller.userId }));
    return rows.map(blockedUser);
  },
});

export const delFriend = endpoint({
  no: 27,
  path: '/chat/delFriend',
  title: '删除好友接口',
  summary: 'Ends a friendship for both.',
  params: { destId: userId('好友 id') },
  data: info('操作成功'),
  invalid: '获取失败',
  handler: async (context, { destId }) => {
    await endFriendship(context, destId);
    return { info: '操作成功' };
  },
});

export const requestFriend = endpoint({
  no: 32,
  path: '/chat/requestFriend',
  title: '加好友或群接口',
  summary: 'Asks a user to be my friend, or to join a group as its join mode has it.',
  params: { destId: id<UserId | GroupId>('用户/群 id'), destType: word('1 用户 2 群', DEST) },
  data: info('完成'),
  successCodes: { 2: '已直接成为好友' },
  perMinute: 60,
  invalid: '可能参数不对',
  errors: {
    NOT_POSSIBLE: [-1, '可能参数不对'],
    TOO_MANY: TOO_MANY_FRIENDS,
    ...joinRefusals,
    GROUP_FULL: [-1, '加入群失败，可能超过人数限制700'],
  },
  handler: async (context, { destId, destType }) => {
    // destType says which of the two the number names.
    if (destType === DEST.group)
      // The listing does not say what brought them to the group.
      await requestToJoin(context, destId as GroupId, { silent: true, joinType: FOUND.searched });
    else if (await request(context, destId as UserId)) return new Coded(2, { info: '完成' });
    return { info: '完成' };
  },
});

export const acceptRequest = endpoint({
  no: 33,
  path: '/chat/acceptRequest',
  title: '接受加好友请求接口',
  summary: 'Accepts the friend request of a user.',
  params: { destId: userId('请求用户 id'), destType: integer('1 用户', 1, 1) },
  data: profileShape,
  invalid: '加好友失败',
  errors: { NO_REQUEST: [-1, '加好友失败'], TOO_MANY: TOO_MANY_FRIENDS },
  handler: async (context, { destId }) =>
    profile(await accept(context, destId), context.caller.userId, context.keys),
});
