import { BILL_WITH, DIRECTION, MONEY_TYPE } from '../../../db/schema/ledger.ts';
import type { Fen } from '../../core/fen.ts';
import { yuan } from '../../core/fen.ts';
import type { UserId } from '../../core/ids.ts';
import { withoutMask } from '../../core/text/masked-mobile.ts';
import * as wire from '../../http/wire.ts';
import type { BillRow } from '../../ledger/bills.ts';
import type { JournalValues } from '../../ledger/journal.ts';

export const billShape = wire.named('Bill', {
  id: wire.id('账单 id'),
  userId: wire.id('用户 id'),
  moneyType: wire.count(
    '1 充值 2 提现 3 发红包 4 收红包 5 发转账 6 收转账 7 红包退回 8 转账退回（含过期 AA 收款的退回） 9 帐号购买 10 AA 收款 11 AA 付款 12 群等级 13 付费加群 14 群等级续费 15 提现退回 16 礼物 17 客服调账 18 客服退还',
  ),
  amount: wire.money('金额'),
  destType: wire.count('1 个人 id 2 群 id 3 其它'),
  destId: wire.id('目标对象 id'),
  moneyDirect: wire.count('-1 减少 1 增加 0 钱包外支付'),
  content: wire.text('描述'),
  occurTime: wire.time('时间'),
});

export const bill = (row: BillRow) => ({
  id: row.journalId,
  userId: row.userId,
  moneyType: row.moneyType,
  amount: yuan(row.amount),
  destType: row.destType,
  destId: row.destId,
  moneyDirect: row.direction,
  content: withoutMask(row.content),
  occurTime: row.occurredAt,
});

/** The bill of a recharge or withdrawal, which is with the same user, before its batch has written it. */
export const ownBill = (
  type: 'recharge' | 'withdrawal',
  { journal_id, journal_at, me, amount }: JournalValues & { readonly me: UserId; readonly amount: Fen },
) =>
  bill({
    userId: me,
    journalId: journal_id,
    moneyType: MONEY_TYPE[type],
    amount,
    direction: type === 'recharge' ? DIRECTION.in : DIRECTION.out,
    destType: BILL_WITH.person,
    destId: me,
    content: '',
    occurredAt: journal_at,
    laterType: null,
  });
