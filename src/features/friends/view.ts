import { FRIEND } from '../../../db/schema/friends.ts';
import * as wire from '../../http/wire.ts';
import { publicShape, publicUser } from '../profiles/view.ts';
import type { BlockedRow } from './queries.ts';

export const blockedShape = wire.named('BlockedUser', {
  ...publicShape,
  remark: wire.text('备注名称'),
  isBlack: wire.flag('1 黑名单'),
  receiveTip: wire.flag('1 接收提示'),
});

/** An entry of the black list; the mobile in full where they are a friend (docs/decisions.md#who-sees-what). */
export const blockedUser = (row: BlockedRow) => ({
  ...publicUser(row, row.state === FRIEND.friends ? row.mobile : ''),
  remark: row.remark,
  isBlack: row.isBlocked,
  receiveTip: row.receiveTip,
});
