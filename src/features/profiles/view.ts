import { FRIEND } from '../../../db/schema/friends.ts';
import * as wire from '../../http/wire.ts';
import type { Keys } from '../../platform/keys/keys.ts';
import { openOf } from '../../platform/keys/persons.ts';
import type { FoundRow, ProfileRow, UserRow } from './queries.ts';

export const publicShape = {
  id: wire.id('用户唯一标识'),
  name: wire.text('用户名'),
  nickName: wire.text('昵称'),
  mobile: wire.text('手机号码'),
  mail: wire.text('邮箱'),
  sex: wire.text('性别'),
  birthday: wire.text('生日'),
  sign: wire.text('签名'),
  province: wire.text('省份'),
  city: wire.text('城市'),
  district: wire.text('区县'),
  detail: wire.text('备注'),
  headUrl: wire.text('头像地址'),
  isOnline: wire.flag('是否在线'),
  createTime: wire.time('注册时间'),
  status: wire.flag('1 有效 0 无效'),
};

/** What everybody may see of a user. The mobile is empty unless the caller may know it. */
export const publicUser = (row: UserRow, mobile: string) => ({
  id: row.id,
  name: row.name,
  nickName: row.nickName,
  mobile,
  mail: row.mail,
  sex: row.sex,
  birthday: row.birthday,
  sign: row.sign,
  province: row.province,
  city: row.city,
  district: row.district,
  detail: row.detail,
  headUrl: row.headUrl,
  isOnline: row.isOnline,
  createTime: row.createdAt,
  status: row.status,
});

const recordShape = {
  ...publicShape,
  pwd: wire.text('恒为空'),
  idNo: wire.text('身份证号码，仅本人可见且打码'),
  realName: wire.text('真实姓名，仅本人可见且打码'),
  needAuth: wire.flag('加好友是否要验证'),
  searchMobile: wire.flag('是否允许手机号搜索'),
  newNotification: wire.flag('新消息是否通知'),
  isAuth: wire.flag('是否实名认证'),
  recommandUserId: wire.id('推荐人'),
  longitude: wire.text('恒为空'),
  latitude: wire.text('恒为空'),
  feedBackImage: wire.text('朋友圈背景图'),
  IMNo: wire.text('靓号'),
};
export const userRecordShape = wire.named('User', recordShape);

const settingsOf = (row: UserRow) => ({
  needAuth: row.needAuth,
  searchMobile: row.searchMobile,
  newNotification: row.newNotification,
  isAuth: row.isAuth,
  recommandUserId: row.recommenderId,
  feedBackImage: row.momentsCover,
  IMNo: row.vipNumber,
});

/** The same of anybody else: their settings, and who brought them here, are nobody's business. */
const settingsOfOther = (row: UserRow) => ({
  ...settingsOf(row),
  needAuth: '' as const,
  searchMobile: '' as const,
  newNotification: '' as const,
  isAuth: '' as const,
  recommandUserId: '' as const,
});

/** A user's own record. No hash is ever sent out: `pwd` is empty (docs/decisions.md#passwords). */
export const userRecord = (row: UserRow) => ({
  ...publicUser(row, row.mobile),
  ...settingsOf(row),
  pwd: '',
  idNo: '',
  realName: '',
  longitude: '',
  latitude: '',
});

/** `371324********201x`. */
export const maskIdNo = (text: string) =>
  `${text.slice(0, 6)}${'*'.repeat(Math.max(0, text.length - 10))}${text.slice(-4)}`;
/** `张**`: the first character. */
export const maskRealName = (text: string) =>
  `${[...text][0] ?? ''}${'*'.repeat(Math.max(1, [...text].length - 1))}`;

export const ID_NO = 'identity_checks.sealed_id_no';
export const REAL_NAME = 'identity_checks.sealed_name';

export const profileShape = wire.named('Profile', {
  ...recordShape,
  needAuth: wire.ownFlag('加好友是否要验证'),
  searchMobile: wire.ownFlag('是否允许手机号搜索'),
  newNotification: wire.ownFlag('新消息是否通知'),
  isAuth: wire.ownFlag('是否实名认证'),
  recommandUserId: wire.id('推荐人，仅本人可见'),
  feedbackImage: wire.text('朋友圈背景图，文档 33、34 的拼写'),
  remark: wire.text('备注'),
  isBlack: wire.flag('1 已拉黑'),
  isFriend: wire.flag('1 好友'),
  feedPrivUser: wire.flag('1 对方可看我的朋友圈'),
  feedPrivFriend: wire.flag('1 我看对方的朋友圈'),
  marks: wire.text('标签，逗号分隔'),
});

/** What is sealed of somebody's identity. */
interface SealedIdentity {
  readonly id: number;
  readonly sealedName: string | null;
  readonly sealedIdNo: string | null;
  readonly sealedKey: string | null;
}

/** What is sealed, masked for its owner; empty where there is nothing, or a lost key has sealed it. */
export function shownIdentity(keys: Pick<Keys, 'data'>, row: SealedIdentity) {
  const shown = (purpose: string, sealed: string | null, mask: (open: string) => string): string => {
    const text = sealed ? openOf(keys, row.id, row.sealedKey, purpose, sealed) : undefined;
    return text === undefined ? '' : mask(text);
  };
  return {
    idNo: shown(ID_NO, row.sealedIdNo, maskIdNo),
    realName: shown(REAL_NAME, row.sealedName, maskRealName),
  };
}

/**
 * A user as the caller sees them. Friends and the user see the whole mobile, others not a digit of it. The user
 * alone sees the masked real name and ID number, and the settings (docs/decisions.md#who-sees-what).
 */
export function profile(row: ProfileRow, me: number, keys: Pick<Keys, 'data'>) {
  const isFriend = row.state === FRIEND.friends;
  const mobile = isFriend || row.id === me ? row.mobile : '';
  return {
    ...userRecord(row),
    ...(row.id === me ? {} : settingsOfOther(row)),
    mobile,
    ...shownIdentity(keys, row),
    feedbackImage: row.momentsCover,
    remark: row.remark,
    isBlack: row.isBlocked,
    isFriend: isFriend ? 1 : 0,
    feedPrivUser: isFriend ? row.showsMoments : 0,
    feedPrivFriend: isFriend ? row.viewsMoments : 0,
    marks: row.labels,
  };
}

export const foundShape = wire.named('FoundUser', { ...publicShape, IMNo: wire.text('用户注册号') });

/** A search result: the mobile in full to friends and to who typed it. */
export const foundUser = (row: FoundRow, me: number) => ({
  ...publicUser(row, row.state === FRIEND.friends || row.byMobile === 1 || row.id === me ? row.mobile : ''),
  IMNo: row.vipNumber,
});
