import * as wire from '../../http/wire.ts';
import type { LabelRow, MemberRow } from './queries.ts';

export const labelShape = wire.named('Label', {
  id: wire.id('标签唯一标识'),
  userId: wire.id('用户 id'),
  sort: wire.count('排序'),
  markName: wire.text('标签名称'),
  createTime: wire.time('标签创建时间'),
  isDelete: wire.flag('是否已删除'),
});

/** A label as listings 65 and 68 show it. */
export const labelView = ({ id, name, sort, createdAt }: LabelRow, me: number) => ({
  id,
  userId: me,
  sort,
  markName: name,
  createTime: createdAt,
  isDelete: 0,
});

export const memberShape = wire.named('LabelledFriend', {
  name: wire.text('用户名称'),
  mobile: wire.text('用户手机号'),
  headUrl: wire.text('用户头像'),
  remark: wire.text('备注'),
  userId: wire.id('用户 id'),
  nickName: wire.text('用户昵称'),
});

/** A member of a label: a friend, so that the mobile is shown in full. */
export const memberView = ({ id, name, nickName, mobile, headUrl, remark }: MemberRow) => ({
  name,
  mobile,
  headUrl,
  remark,
  userId: id,
  nickName,
});

export const labelWithMembersShape = wire.named('LabelWithFriends', {
  sort: wire.count('排序'),
  markId: wire.id('标签 id'),
  markName: wire.text('标签名'),
  users: wire.list(memberShape).describe('该标签下的好友列表'),
});

/** My labels, each with its members (listing 66). */
export function labelsWithMembers(labels: readonly LabelRow[], members: readonly MemberRow[]) {
  const byLabel = Map.groupBy(members, ({ labelId }) => labelId);
  return labels.map(({ id, name, sort }) => ({
    sort,
    markId: id,
    markName: name,
    users: (byLabel.get(id) ?? []).map(memberView),
  }));
}
