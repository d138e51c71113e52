import { sql } from 'drizzle-orm';
import { transfers } from '../../../db/schema/transfers.ts';
import { yuan } from '../../core/fen.ts';
import type { GroupId, TransferId, UserId } from '../../core/ids.ts';
import * as wire from '../../http/wire.ts';
import { p, prepareRead } from '../../platform/database/query.ts';

export const transferShape = wire.named('Transfer', {
  id: wire.id('转账记录 id'),
  userId: wire.id('付款人 id'),
  destId: wire.id('收款人 id'),
  groupId: wire.id('群组 id；好友转账为空'),
  amount: wire.money('金额'),
  msg: wire.text('备注'),
  status: wire.count('1 待收钱 2 确认收钱 3 退回'),
  sendTime: wire.time('转账时间'),
  confirmTime: wire.time('确认时间'),
});

export type TransferRow = {
  readonly id: TransferId;
  readonly payerId: UserId;
  readonly payeeId: UserId;
  readonly groupId: GroupId | null;
  readonly amount: number;
  readonly message: string;
  readonly status: number;
  readonly sentAt: number;
  readonly confirmedAt: number | null;
};

/** A transfer as one of the two sees it: `transfer`, `me`. */
export const findTransfer = prepareRead<{ transfer: TransferId; me: UserId }, TransferRow>(
  sql`SELECT id, payer_id, payee_id, group_id, amount, message, status, sent_at, confirmed_at FROM ${transfers}
    WHERE id = ${p('transfer')} AND ${p('me')} IN (payer_id, payee_id)`,
  ['id', 'payerId', 'payeeId', 'groupId', 'amount', 'message', 'status', 'sentAt', 'confirmedAt'],
);

export const transferView = (row: TransferRow) => ({
  id: row.id,
  userId: row.payerId,
  destId: row.payeeId,
  groupId: row.groupId,
  amount: yuan(row.amount),
  msg: row.message,
  status: row.status,
  sendTime: row.sentAt,
  confirmTime: row.confirmedAt,
});
