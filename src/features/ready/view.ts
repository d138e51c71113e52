import { ROLE } from '../../../db/schema/groups.ts';
import * as wire from '../../http/wire.ts';
import type { Keys } from '../../platform/keys/keys.ts';
import { groupShape, groupView } from '../groups/view.ts';
import { foundShape, publicUser, shownIdentity, userRecord, userRecordShape } from '../profiles/view.ts';
import { stepsShape } from '../steps/standing.ts';
import type { findMe, listFriends, listGroups, listLabels } from './queries.ts';

type RowOf<Query extends (...args: never[]) => { decode(...args: never[]): readonly unknown[] }> = ReturnType<
  ReturnType<Query>['decode']
>[number];

const friendShape = wire.named('Friend', {
  ...foundShape.shape,
  remark: wire.text('备注'),
  isBlack: wire.flag('1 已拉黑'),
  receiveTip: wire.flag('1 接收提示'),
  bgurl: wire.text('聊天背景'),
});
const memberGroupShape = wire.named('MyGroup', {
  ...groupShape,
  receiveTip: wire.flag('1 接收提示'),
  markName: wire.text('我在本群的昵称'),
  bgurl: wire.text('聊天背景'),
  role: wire.count('1 群主 2 管理员 3 普通成员'),
  silence: wire.count('禁言到期时间，毫秒时间戳；0 未禁言'),
});

export const readyShape = wire.named('Ready', {
  myInfo: wire.object({
    ...userRecordShape.shape,
    skin: wire.text('聊天皮肤'),
    msgSkin: wire.text('气泡皮肤'),
  }),
  firendsInfo: wire.list(friendShape).describe('好友，文档的拼写'),
  friendsInfo: wire.list(friendShape).describe('好友'),
  groupsInfo: wire.list(memberGroupShape),
  friends: wire.object({
    gid: wire.id('分组'),
    gname: wire.text('分组名称'),
    friends: wire.list(friendShape),
  }),
  topList: wire.list(
    wire.object({
      userId: wire.id('用户'),
      destType: wire.count('1 用户 2 群组'),
      destId: wire.id('置顶对象'),
    }),
  ),
  marksInfo: wire.list(
    wire.object({
      markId: wire.id('标签'),
      markName: wire.text('标签名称'),
      sort: wire.count('次序'),
      friendIds: wire.text('好友标识，逗号分隔'),
    }),
  ),
  clientChats: wire.list(
    wire.object({
      id: wire.id('客户端自有会话，如文件助手'),
      receiveTip: wire.flag('1 接收提示'),
      remark: wire.text('备注'),
    }),
  ),
  steps: stepsShape,
  payInfo: wire.text('已设置支付密码时为 1'),
});

export function myInfo(row: RowOf<typeof findMe>, keys: Pick<Keys, 'data'>) {
  const { skin, messageSkin } = row;
  return {
    ...userRecord(row),
    ...shownIdentity(keys, row),
    skin,
    msgSkin: messageSkin,
  };
}

export const friendView = (row: RowOf<typeof listFriends>) => ({
  ...publicUser(row, row.mobile),
  IMNo: row.vipNumber,
  remark: row.remark,
  isBlack: row.isBlocked,
  receiveTip: row.receiveTip,
  bgurl: row.background,
});

export const memberGroupView = (row: RowOf<typeof listGroups>, now: number) => ({
  ...groupView(row, row.role <= ROLE.admin),
  receiveTip: row.receiveTip,
  markName: row.groupNickName,
  bgurl: row.background,
  role: row.role,
  silence: row.mutedUntil > now ? row.mutedUntil : 0,
});

export const labelView = (row: RowOf<typeof listLabels>) => ({
  markId: row.id,
  markName: row.name,
  sort: row.sort,
  friendIds: row.friendIds,
});
