import { PAGE_SIZE, pageOf, pageShape } from '../../http/paging.ts';
import * as wire from '../../http/wire.ts';
import type { ContactRow } from './queries.ts';

const contactShape = wire.object({
  isExists: wire.flag('1 已注册'),
  phone: wire.text('手机号，同通讯录'),
  markName: wire.text('通讯录备注名'),
  nickName: wire.text('用户昵称，未注册为空'),
  header: wire.text('通讯录的头像地址'),
  userId: wire.id('通讯录所属用户 id'),
  fuserId: wire.id('该手机号的用户 id，未注册为空'),
});
const info = wire.list(contactShape);
export const contactsShape = wire.object({ info });

/** The entries of an address book of mine. */
export const contactsView = (rows: readonly ContactRow[], me: number) => ({
  info: rows.map((row) => ({
    isExists: row.userId === null ? 0 : 1,
    phone: row.phone,
    markName: row.name,
    nickName: row.nickName,
    header: row.headUrl,
    userId: me,
    fuserId: row.userId,
  })),
});

const matchShape = wire.object({
  userId: wire.id('用户 id'),
  nickName: wire.text('用户昵称'),
  headUrl: wire.text('用户头像'),
  isFriend: wire.flag('1 好友'),
});
export const matchesShape = wire.object({
  info: info.describe('发送的全部联系人'),
  ...pageShape(matchShape.describe('其中已注册的用户，分页')),
});

/** The document's list of all entries, and the original's page of the users among them, each user once. */
export function matchesView(rows: readonly ContactRow[], me: number, pageNo: number) {
  const users = new Map(rows.flatMap((row) => (row.userId === null ? [] : [[row.userId, row] as const])));
  const page = [...users].slice((pageNo - 1) * PAGE_SIZE, pageNo * PAGE_SIZE);
  const list = page.map(([userId, { nickName, userHeadUrl, isFriend }]) => ({
    userId,
    nickName,
    headUrl: userHeadUrl,
    isFriend,
  }));
  return { ...contactsView(rows, me), ...pageOf(pageNo, users.size, list) };
}
