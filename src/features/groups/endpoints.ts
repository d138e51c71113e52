import { ROLE } from '../../../db/schema/groups.ts';
import { type FailureText, refuse } from '../../http/failure.ts';
import {
  filled,
  filledName,
  groupId,
  integer,
  orElse,
  picture,
  text,
  userId,
  userIds,
} from '../../http/params.ts';
import * as wire from '../../http/wire.ts';
import { endpoint } from '../../realtime/endpoint.ts';
import { changeGroupHead, describeGroup, renameGroup } from './change.ts';
import { createGroup } from './create.ts';
import { dismissGroup } from './dismiss.ts';
import { type FoundGroup, findGroup, MAX_FOUND, searchGroups } from './queries.ts';
import { phraseOf } from './search.ts';
import { answerOffer, offerOwnership } from './transfer.ts';
import { groupReply, groupView } from './view.ts';

const NOT_A_MEMBER = [-1, '您不在该群组，无法操作'] as const satisfies FailureText;
const NOT_ALLOWED = [-1, '无权操作'] as const satisfies FailureText;

export const create = endpoint({
  no: 2,
  path: '/chat/createGroup',
  title: '创建群组接口',
  summary: 'Makes a group of mine with friends of mine in it; who is no friend is passed over.',
  params: {
    name: filledName('群组名称', 50),
    ids: userIds('群组成员唯一标识集合', 500),
  },
  shown: { name: 'group' },
  data: wire.object({
    id: wire.id('群组唯一标识'),
    name: wire.text('群组名称'),
    receiveTip: wire.flag('1 接收提示'),
    headUrl: wire.text('头像'),
  }),
  perMinute: 20,
  invalid: '各参数不能为空',
  errors: { GROUP_FULL: [-1, '群人数已经到达上限'], TOO_MANY_GROUPS: [-1, '群组数量已达上限'] },
  handler: async (context, { name, ids }) => ({
    id: await createGroup(context, name, ids),
    name,
    receiveTip: 1,
    headUrl: '',
  }),
});

export const updateGroup = endpoint({
  no: 4,
  path: '/chat/updateGroup',
  title: '修改群组名称接口',
  summary: 'Names a group; the owner and admins may.',
  params: { groupId: groupId('群组唯一标识'), name: filledName('群组名称', 50) },
  shown: { name: 'group' },
  data: wire.info('更新成功'),
  invalid: '各参数不能为空',
  errors: { NO_SUCH_GROUP: [-1, '群不存在'], NOT_A_MEMBER, NOT_ALLOWED },
  handler: async (context, { groupId, name }) => {
    await renameGroup(context, groupId, name);
    return { info: '更新成功' };
  },
});

export const queryGroup = endpoint({
  no: 19,
  path: '/chat/queryGroup',
  title: '群组搜索接口',
  summary:
    'Finds groups by their number, or by any part of their name of two characters or more; at most 20.',
  params: { groupName: filled('群组名称的一部分，或群组 id', 50) },
  data: wire.object({ info: wire.list(groupReply) }),
  perMinute: 60,
  handler: async (context, { groupName }) => {
    const values = { me: context.caller.userId, now: context.clock.now() };
    const number = /^[1-9]\d{0,14}$/.test(groupName) ? Number(groupName) : 0;
    const { byNumber, byName } = await context.db.read({
      byNumber: findGroup({ ...values, group: number }),
      byName: searchGroups({ ...values, phrase: phraseOf(groupName) }),
    });
    const found = [...byNumber, ...byName.filter(({ id }) => id !== number)].slice(0, MAX_FOUND);
    return { info: found.map(shown) };
  },
});

/** A group as the caller may see it. */
const shown = (group: FoundGroup) =>
  groupView(group, group.myRole === ROLE.owner || group.myRole === ROLE.admin);

export const getGroupById = endpoint({
  no: 22,
  path: '/chat/getGroupById',
  title: '查询群组详情接口',
  summary: 'A group as I may see it: the join answer is for its owner and admins alone.',
  params: { groupId: groupId('群组唯一标识') },
  data: groupReply,
  invalid: '参数错误，请稍后重试',
  errors: { NO_SUCH_GROUP: [-1, '群不存在'] },
  handler: async (context, { groupId }) => {
    const values = { me: context.caller.userId, now: context.clock.now(), group: groupId };
    const [group] = await context.db.read(findGroup(values));
    return shown(group ?? refuse('NO_SUCH_GROUP'));
  },
});

export const setGroupHeader = endpoint({
  no: 36,
  path: '/chat/setGroupHeader',
  title: '设置群组头像接口',
  summary: 'Sets a group’s picture; the owner and admins may.',
  params: {
    groupId: groupId('群组 id'),
    url: picture('图片地址').refine((value) => value !== ''),
  },
  data: wire.info('操作成功'),
  invalid: '设置失败',
  errors: { NO_SUCH_GROUP: [-1, '设置失败'], NOT_A_MEMBER: [-1, '设置失败'], NOT_ALLOWED },
  handler: async (context, { groupId, url }) => {
    await changeGroupHead(context, groupId, url);
    return { info: '操作成功' };
  },
});

export const dismiss = endpoint({
  no: 44,
  path: '/chat/dismissGroup',
  title: '解散群接口',
  summary: 'Ends a group; the owner may.',
  params: { groupId: groupId('群 id') },
  data: wire.info('操作成功'),
  invalid: '操作失败',
  errors: { NO_SUCH_GROUP: [-1, '群已经解散'], NOT_A_MEMBER, NOT_ALLOWED },
  handler: async (context, { groupId }) => {
    await dismissGroup(context, groupId);
    return { info: '操作成功' };
  },
});

export const transGroup = endpoint({
  no: 45,
  path: '/chat/transGroup',
  title: '群转移请求接口',
  summary: 'Offers my group to one of its members; the offer stands for 24 hours, or until a newer one.',
  params: { groupId: groupId('群 id'), destId: userId('新群主 id') },
  data: wire.info('发送请求成功'),
  perMinute: 30,
  invalid: '操作失败',
  errors: {
    NO_SUCH_GROUP: [-1, '群资料获取失败'],
    NOT_A_MEMBER,
    NOT_ALLOWED,
    NOT_THEIR_GROUP: [-1, '请选择群成员'],
    TO_ONESELF: [-1, '无法转移给自己'],
  },
  handler: async (context, { groupId, destId }) => {
    await offerOwnership(context, groupId, destId);
    return { info: '发送请求成功' };
  },
});

export const transGroupConfirm = endpoint({
  no: 46,
  path: '/chat/transGroupConfirm',
  title: '接受群转移请求接口',
  summary: 'Takes (accept=1) or declines a group that its owner has offered me.',
  params: {
    groupId: groupId('群 id'),
    destId: userId('请求转移群主 id'),
    accept: orElse(integer('1 接受，其余为拒绝', 0, 999_999_999), 2),
  },
  data: wire.info('操作成功'),
  invalid: '操作失败',
  errors: {
    NO_SUCH_GROUP: [-1, '群资料获取失败'],
    NOT_A_MEMBER,
    NOT_ALLOWED,
    NO_OFFER: [-1, '操作已失效'],
    OWNER_CHANGED: [-1, '群主信息获取失败'],
  },
  handler: async (context, { groupId, accept }) => {
    await answerOffer(context, groupId, accept === 1);
    return { info: '操作成功' };
  },
});

export const updateGroupDesc = endpoint({
  no: 48,
  path: '/chat/updateGroupDesc',
  title: '修改群描述接口',
  summary: 'Describes a group, or clears what describes it; the owner may.',
  params: { groupId: groupId('群 id'), descriptions: text('群描述，可为空', 1000) },
  shown: { descriptions: 'group' },
  data: wire.info('设置成功'),
  invalid: '操作失败',
  errors: {
    NO_SUCH_GROUP: [2000, '群资料获取失败'],
    NOT_A_MEMBER: [-1, '设置失败'],
    NOT_ALLOWED: [2001, '无权操作'],
  },
  handler: async (context, { groupId, descriptions }) => {
    await describeGroup(context, groupId, descriptions);
    return { info: '设置成功' };
  },
});
