import { PAGE_SIZE, pageOf, pageShape } from '../../http/paging.ts';
import * as wire from '../../http/wire.ts';
import type { Contact } from './match.ts';

/** Why an entry is not told of, though its number may be somebody's. */
const WITHHELD = 'TOO_MANY_NUMBERS';
const reasonShape = wire.text(`${WITHHELD}：查询的号码过多，24 小时后再试；否则为空`);

const contactShape = wire.named('Contact', {
  isExists: wire.flag('1 已注册'),
  phone: wire.text('手机号，同通讯录'),
  markName: wire.text('通讯录备注名'),
  nickName: wire.text('用户昵称，未注册为空'),
  header: wire.text('通讯录的头像地址'),
  userId: wire.id('通讯录所属用户 id'),
  fuserId: wire.id('该手机号的用户 id，未注册为空'),
  reason: reasonShape,
});
const info = wire.list(contactShape);
export const contactsShape = wire.object({ info });

const contactView = ({ phone, name, headUrl, found, isWithheld }: Contact, me: number) => ({
  isExists: found ? 1 : 0,
  phone,
  markName: name,
  nickName: found?.nickName ?? '',
  header: headUrl,
  userId: me,
  fuserId: found?.userId ?? '',
  reason: isWithheld ? WITHHELD : '',
});

/** Every entry of an address book of mine. */
export const contactsView = (contacts: readonly Contact[], me: number) => ({
  info: contacts.map((contact) => contactView(contact, me)),
});

const matchShape = wire.named('ContactMatch', {
  userId: wire.id('用户 id'),
  nickName: wire.text('用户昵称'),
  headUrl: wire.text('用户头像'),
  isFriend: wire.flag('1 好友'),
});
export const matchesShape = wire.object({
  info: info.describe('已注册的联系人'),
  reason: reasonShape,
  ...pageShape(matchShape.describe('其中的用户，分页')),
});

/** The entries that are somebody's, and the original's page of the users among them, each user once. */
export function matchesView(contacts: readonly Contact[], me: number, pageNo: number) {
  const here = contacts.filter(({ found }) => found);
  const users = new Map(here.flatMap(({ found }) => (found ? [[found.userId, found] as const] : [])));
  const list = [...users.values()].slice((pageNo - 1) * PAGE_SIZE, pageNo * PAGE_SIZE);
  return {
    ...contactsView(here, me),
    reason: contacts.some(({ isWithheld }) => isWithheld) ? WITHHELD : '',
    ...pageOf(pageNo, users.size, list),
  };
}
