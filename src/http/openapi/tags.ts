import type { Endpoint } from '../endpoint.ts';
import type { Json } from './json.ts';

/** What each group of calls is about, by the first part of its paths. */
const ABOUT: Readonly<Record<string, string>> = {
  app: '应用：版本 · What belongs to the app itself: its newest release',
  chat: '账号、好友、标签、群组、红包、靓号 · Accounts, friends, labels, groups, red packets, numbers',
  favorite: '收藏 · Favourites',
  feed: '朋友圈与礼物 · Moments and gifts',
  geo: '附近的人与摇一摇 · Nearby people and shake',
  im: '实时消息：连接、收发与历史 · Realtime: connection, messages and history',
  pay: '支付密码、银行卡、实名认证 · Pay password, bank cards, identity',
  pc: '扫码登录 · Login by a scanned code',
  transfer: '转账与AA收款 · Transfers and shared bills',
  user: '设备与提醒 · Devices and reminders',
  wallet: '钱包、支付订单与提现 · Wallet, payment orders and withdrawals',
};

/** The group of a call. */
export function tagOf({ path }: Endpoint): string {
  const [, first = '', second] = path.split('/');
  return second === undefined && ABOUT[first] === undefined ? 'app' : first;
}

/** The groups that the calls have, with what each is about. */
export const tagsOf = (endpoints: readonly Endpoint[]): Json[] =>
  [...new Set(endpoints.map(tagOf))].sort().map((name) => ({ name, description: ABOUT[name] ?? name }));
