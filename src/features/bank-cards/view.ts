import { chinaDateText } from '../../core/china-time.ts';
import * as wire from '../../http/wire.ts';
import type { CardRow } from './queries.ts';

export const cardShape = wire.named('BankCard', {
  id: wire.id('银行卡 id'),
  userId: wire.id('用户 id'),
  cardNo: wire.text('卡号，仅显示末四位'),
  bankName: wire.text('发卡银行'),
  createTime: wire.dateText('绑定时间'),
  updateTime: wire.dateText('修改时间'),
});

/** `2017-08-26 10:31:18.0` (listings 237 and 238). */
const dateText = (ms: number) => `${chinaDateText(ms)}.0`;

/** A card as its owner sees it: masked but for the last four digits. */
export const card = (row: CardRow) => ({
  id: row.id,
  userId: row.userId,
  cardNo: row.masked,
  bankName: row.bankName,
  createTime: dateText(row.createdAt),
  updateTime: dateText(row.updatedAt),
});
