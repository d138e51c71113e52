import * as z from 'zod';
import * as wire from '../../../http/wire.ts';
import { profileShape } from '../../profiles/view.ts';
import type { MemberRow, MembershipRow } from './queries.ts';

const ownFields = {
  role: wire.count('1 群主 2 管理员 3 普通成员'),
  silence: wire.count('禁言到期时间，毫秒时间戳；0 未禁言'),
  ext: wire.text('自定义扩展字段'),
  joinType: wire.count('加群方式 0 邀请入群 1 群号搜索 2 扫码加群'),
};

export const memberShape = wire.named('GroupMember', {
  id: wire.id('用户唯一标识'),
  userId: wire.id('用户唯一标识'),
  name: wire.text('群昵称，未设置时为用户名'),
  headUrl: wire.text('头像地址'),
  province: wire.text('省份'),
  city: wire.text('城市'),
  district: wire.text('区县'),
  sign: wire.text('签名'),
  ...ownFields,
});

const silenceOf = (mutedUntil: number, now: number) => (mutedUntil > now ? mutedUntil : 0);

export const memberView = (row: MemberRow, now: number) => ({
  id: row.userId,
  userId: row.userId,
  name: row.groupNickName || row.name,
  headUrl: row.headUrl,
  province: row.province,
  city: row.city,
  district: row.district,
  sign: row.sign,
  role: row.role,
  silence: silenceOf(row.mutedUntil, now),
  ext: row.ext,
  joinType: row.joinType,
});

const membershipShape = wire.named('Membership', {
  groupId: wire.id('群组 id'),
  userId: wire.id('用户 id'),
  markName: wire.text('群昵称'),
  inviterId: wire.id('邀请人 id，0 为自行加入'),
  createTime: wire.time('加群时间'),
  ...ownFields,
});

export const memberProfileShape = wire.named('GroupMemberProfile', {
  ...profileShape.shape,
  groupInfo: z.union([membershipShape, z.literal('')]).describe('该用户在群中的资料；不是群成员时为空'),
});

export const membershipView = (row: MembershipRow, now: number) => ({
  groupId: row.groupId,
  userId: row.userId,
  markName: row.groupNickName,
  inviterId: row.inviterId,
  createTime: row.createdAt,
  role: row.role,
  silence: silenceOf(row.mutedUntil, now),
  ext: row.ext,
  joinType: row.joinType,
});
