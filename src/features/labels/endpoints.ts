import type { LabelId } from '../../core/ids.ts';
import { refuse, refuseParameter } from '../../http/failure.ts';
import { displayName, id, ids, optional, userId, userIds } from '../../http/params.ts';
import * as wire from '../../http/wire.ts';
import { endpoint } from '../../realtime/endpoint.ts';
import { changeLabel, removeLabel } from './change.ts';
import { createLabel } from './create.ts';
import { addToLabels, removeFromLabel } from './membership.ts';
import { findLabel, listAllMembers, listLabelsOfFriend, listMembers, listMyLabels } from './queries.ts';
import {
  labelShape,
  labelsWithMembers,
  labelView,
  labelWithMembersShape,
  memberShape,
  memberView,
} from './view.ts';

const NAME_EMPTY = [-1, '标签名称不能为空'] as const;
const NAME_TAKEN = [-1, '标签名称已存在'] as const;
const markId = id<LabelId>('标签 id');
const markName = displayName('标签名称', 50);

export const addMark = endpoint({
  no: 65,
  path: '/chat/addMark',
  title: '给好友添加标签接口',
  summary: 'Makes a label with friends under it.',
  params: { markName, friendIds: userIds('好友 id 集合，逗号分隔') },
  data: labelShape,
  invalid: '添加失败',
  perMinute: 60,
  errors: { NAME_EMPTY, NAME_TAKEN, TOO_MANY: [-1, '标签数量已达上限'], NOT_FRIENDS: [-1, '添加失败'] },
  handler: async (context, { markName: name, friendIds }) =>
    labelView(await createLabel(context, name, friendIds), context.caller.userId),
});

export const userMarks = endpoint({
  no: 66,
  path: '/chat/userMarks',
  title: '获取好友标签接口',
  summary: 'My labels with the friends under each.',
  params: {},
  data: wire.list(labelWithMembersShape),
  invalid: '获取失败',
  handler: async (context) => {
    const values = { me: context.caller.userId };
    const { labels, members } = await context.db.read({
      labels: listMyLabels(values),
      members: listAllMembers(values),
    });
    return labelsWithMembers(labels, members);
  },
});

export const removeMark = endpoint({
  no: 67,
  path: '/chat/removeMark',
  title: '删除标签接口',
  summary: 'Deletes a label of mine.',
  params: { markId },
  data: wire.info('删除成功'),
  invalid: '删除失败',
  errors: { NO_SUCH_LABEL: [-1, '删除失败'] },
  handler: async (context, input) => {
    await removeLabel(context, input.markId);
    return { info: '删除成功' };
  },
});

export const updateMark = endpoint({
  no: 68,
  path: '/chat/updateMark',
  title: '更新标签接口',
  summary: 'Renames a label of mine and, where friends are sent, puts them and nobody else under it.',
  params: { markId, markName, friendIds: optional(userIds('好友 id 集合，逗号分隔')) },
  data: labelShape,
  invalid: '修改失败',
  errors: { NAME_EMPTY, NAME_TAKEN, NOT_POSSIBLE: [-1, '修改失败'] },
  handler: async (context, input) =>
    labelView(
      await changeLabel(context, input.markId, input.markName, input.friendIds),
      context.caller.userId,
    ),
});

export const addFriendMark = endpoint({
  no: 69,
  path: '/chat/addFriendMark',
  aliases: ['/chat/addFriendToMark'],
  title: '给好友添加标签接口、批量将好友添加标签接口',
  summary:
    'Puts one friend under labels (`friendId`, `markIds`) or friends under one (`markId`, `friendIds`).',
  params: {
    friendId: optional(userId('好友 id，与 markIds 同用')),
    markIds: optional(ids<LabelId>('标签 id 集合，逗号分隔')),
    markId: optional(markId),
    friendIds: optional(userIds('好友 id 集合，逗号分隔，与 markId 同用')),
  },
  sample: { friendId: '100001', markIds: '1' },
  data: wire.info('添加成功'),
  invalid: '添加失败',
  errors: { NOT_POSSIBLE: [-1, '添加失败'] },
  handler: async (context, input) => {
    const { friendId, markIds, friendIds } = input;
    if (friendId && markIds) await addToLabels(context, markIds, [friendId]);
    else if (input.markId && friendIds) await addToLabels(context, [input.markId], friendIds);
    else {
      await context.authenticate();
      refuseParameter(friendId ? 'markIds' : input.markId ? 'friendIds' : 'friendId');
    }
    return { info: '添加成功' };
  },
});

export const userMarkFriend = endpoint({
  no: 71,
  path: '/chat/userMarkFriend',
  title: '获取标签好友列表接口',
  summary: 'The friends under a label of mine.',
  params: { markId },
  data: wire.list(memberShape),
  invalid: '获取失败',
  errors: { NO_SUCH_LABEL: [-1, '获取失败'] },
  handler: async (context, input) => {
    const values = { me: context.caller.userId, label: input.markId };
    const {
      label: [label],
      members,
    } = await context.db.read({ label: findLabel(values), members: listMembers(values) });
    if (!label) refuse('NO_SUCH_LABEL');
    return members.map(memberView);
  },
});

export const userFriendMark = endpoint({
  no: 72,
  path: '/chat/userFriendMark',
  title: '获取好友标签列表接口',
  summary: 'My labels that a friend is under.',
  params: { friendId: userId('好友 id') },
  data: wire.list(wire.object({ markId: wire.id('标签 id'), markName: wire.text('标签名称') })),
  invalid: '获取失败',
  handler: async (context, { friendId }) => {
    const values = { me: context.caller.userId, friend: friendId };
    const labels = await context.db.read(listLabelsOfFriend(values));
    return labels.map((label) => ({ markId: label.id, markName: label.name }));
  },
});

export const removeMarkFriend = endpoint({
  no: 73,
  path: '/chat/removeMarkFriend',
  title: '移除标签好友接口',
  summary: 'Takes a friend out of a label of mine.',
  params: { friendId: userId('好友 id'), markId },
  data: wire.info('移除成功'),
  invalid: '移除失败',
  errors: { NOT_A_MEMBER: [-1, '移除失败'] },
  handler: async (context, input) => {
    await removeFromLabel(context, input.markId, input.friendId);
    return { info: '移除成功' };
  },
});
