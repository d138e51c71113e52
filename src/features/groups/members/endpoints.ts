import { FOUND, type Found } from '../../../../db/schema/groups.ts';
import { type FailureText, refuse, refuseParameter } from '../../../http/failure.ts';
import { displayName, groupId, integer, optional, orElse, text, userId, word } from '../../../http/params.ts';
import * as wire from '../../../http/wire.ts';
import { endpoint } from '../../../realtime/endpoint.ts';
import { findProfile } from '../../profiles/queries.ts';
import { profile } from '../../profiles/view.ts';
import { decideRequest } from '../joining/decide.ts';
import { memberStanding } from '../standing.ts';
import { leaveGroup, removeMember } from './leave.ts';
import { findMembership, listMembers } from './queries.ts';
import { setAdmin } from './set-admin.ts';
import { mute, recordJoinType, setGroupNickName, writeExt } from './update.ts';
import { memberProfileShape, memberShape, membershipView, memberView } from './view.ts';

const NOT_A_MEMBER = [-1, '您不在该群组，无法操作'] as const satisfies FailureText;
const NOT_ALLOWED = [-1, '无权操作'] as const satisfies FailureText;
const NO_SUCH_GROUP = [-1, '群不存在'] as const satisfies FailureText;

export const updateGroupMemberMark = endpoint({
  no: 3,
  path: '/chat/updateGroupMemberMark',
  title: '修改群组成员备注名称接口',
  summary: 'Sets the name I go by in a group; an empty one gives me my own again.',
  params: { groupId: groupId('群组唯一标识'), markName: displayName('我的群昵称', 50) },
  paramAliases: { name: 'markName' },
  shown: { markName: 'name' },
  data: wire.info('更新成功'),
  invalid: '各参数不能为空',
  errors: { NO_SUCH_GROUP, NOT_A_MEMBER },
  handler: async (context, { groupId, markName }) => {
    await setGroupNickName(context, groupId, markName);
    return { info: '更新成功' };
  },
});

export const getGroupMember = endpoint({
  no: 16,
  path: '/chat/getGroupMember',
  title: '查询群组成员列表接口',
  summary: 'The members of a group I am in, the owner first.',
  params: { groupId: groupId('群组唯一标识'), version: optional(text('客户端缓存版本，忽略', 32)) },
  data: wire.object({ info: wire.list(memberShape) }),
  perMinute: 120,
  errors: { NO_SUCH_GROUP, NOT_A_MEMBER },
  handler: async (context, { groupId }) => {
    const members = await context.db.read(listMembers({ group: groupId, me: context.caller.userId }));
    if (members.length === 0) {
      await memberStanding(context, groupId);
      refuse('NOT_A_MEMBER');
    }
    const now = context.clock.now();
    return { info: members.map((member) => memberView(member, now)) };
  },
});

export const quitGroup = endpoint({
  no: 24,
  path: '/chat/quitGroup',
  title: '退出群组接口',
  summary: 'Leaves a group; the owner hands it over or dismisses it first.',
  params: { groupId: groupId('群组 id') },
  data: wire.info('退出成功'),
  invalid: '退出失败',
  errors: {
    NO_SUCH_GROUP: [-1, '退出失败'],
    NOT_A_MEMBER: [-1, '退出失败'],
    OWNER: [-1, '群主需先转让群才能退出'],
  },
  handler: async (context, { groupId }) => {
    await leaveGroup(context, groupId);
    return { info: '退出成功' };
  },
});

export const setGroupAdmin = endpoint({
  no: 47,
  path: '/chat/setGroupAdmin',
  title: '设置群管理员接口',
  summary: 'Makes a member of my group an admin (at most five), or an admin a member again.',
  params: {
    groupId: groupId('群 id'),
    destId: userId('被设置用户 id'),
    IsSet: orElse(integer('1 设为管理员，其余为取消', 0, 999_999_999), 1),
  },
  paramAliases: { isSet: 'IsSet' },
  data: wire.info('设置成功'),
  invalid: '操作失败',
  errors: {
    NO_SUCH_GROUP: [2000, '群资料获取失败'],
    NOT_A_MEMBER: [-1, '设置失败'],
    NOT_ALLOWED: [2001, '无权操作'],
    NOT_THEIR_GROUP: [2003, '不是群成员'],
    TO_ONESELF: [-1, '操作失败'],
    TOO_MANY_ADMINS: [-1, '设置失败，管理员最多5人'],
  },
  handler: async (context, { groupId, destId, IsSet }) => {
    await setAdmin(context, groupId, destId, IsSet === 1);
    return { info: '设置成功' };
  },
});

export const removeGroupMember = endpoint({
  no: 49,
  path: '/chat/removeGroupMember',
  title: '删除群成员接口',
  summary: 'Puts a member out of a group: the owner anybody else, admins ordinary members.',
  params: { groupId: groupId('群 id'), destId: userId('群成员 id') },
  data: wire.info('删除成功'),
  invalid: '删除失败',
  errors: { NO_SUCH_GROUP: [-1, '删除失败'], NOT_A_MEMBER, NOT_ALLOWED, NOT_THEIR_GROUP: [-1, '删除失败'] },
  handler: async (context, { groupId, destId }) => {
    await removeMember(context, groupId, destId);
    return { info: '删除成功' };
  },
});

/** The way of joining comes in `ext`; where that is empty, in `ope`. */
function joinTypeOf(ope: number, ext: string): Found {
  const value = ext === '' ? ope : Number(ext);
  const known = Object.values(FOUND).find((found) => found === value);
  return known ?? refuseParameter(ext === '' ? 'ope' : 'ext');
}

/** What a call of `updateGroupMember` is about. */
const UPDATE = { decision: 1, mute: 2, ext: 3, way: 4 } as const;

export const updateGroupMember = endpoint({
  no: 54,
  path: '/chat/updateGroupMember',
  title: '更新群成员信息接口',
  summary:
    'Decides a request to join (type 1), mutes (2; at most seven days), writes a member’s ext (3) or way of joining (4: one’s own, or theirs whom one outranks).',
  params: {
    groupId: groupId('群组 id'),
    destId: userId('被更新用户'),
    type: word('1 加群验证 2 禁言 3 扩展字段 4 加群方式', UPDATE),
    ope: integer('类型 1：1 同意，其余拒绝；类型 2：禁言秒数，0 解除', -999_999_999, 999_999_999),
    ext: orElse(text('类型 3 扩展字段；类型 4 加群方式 0 邀请 1 搜索 2 扫码', 1000), ''),
  },
  shown: { ext: 'profile' },
  data: wire.info('操作成功'),
  invalid: '网络繁忙，请稍后重试',
  errors: {
    NO_SUCH_GROUP,
    NOT_A_MEMBER,
    NOT_ALLOWED,
    NOT_WAITING: [-1, '操作失败，请稍后重试'],
    GROUP_FULL: [-1, '群人数已经到达上限'],
    NOT_THEIR_GROUP: [-1, '更新失败，请稍后重试'],
  },
  handler: async (context, { groupId, destId, type, ope, ext }) => {
    if (type === UPDATE.decision) await decideRequest(context, groupId, destId, ope === 1);
    else if (type === UPDATE.mute) await mute(context, groupId, destId, ope);
    else if (type === UPDATE.ext) await writeExt(context, groupId, destId, ext);
    else await recordJoinType(context, groupId, destId, joinTypeOf(ope, ext));
    return { info: '操作成功' };
  },
});

export const getGroupMemberById = endpoint({
  no: 64,
  path: '/chat/getGroupMemberById',
  title: '查询用户群资料接口',
  summary: 'A user as I may see them, with their place in a group that both of us are in.',
  params: { groupId: groupId('群组 id'), destId: userId('查询用户 id') },
  data: memberProfileShape,
  invalid: '发生异常',
  errors: { NO_SUCH_USER: [-1, '发生异常'] },
  handler: async (context, { groupId, destId }) => {
    const me = context.caller.userId;
    const {
      row: [row],
      membership: [membership],
    } = await context.db.read({
      row: findProfile({ me, id: destId }),
      membership: findMembership({ me, whom: destId, group: groupId }),
    });
    const seen = profile(row ?? refuse('NO_SUCH_USER'), me, context.keys);
    return { ...seen, groupInfo: membership ? membershipView(membership, context.clock.now()) : '' };
  },
});
