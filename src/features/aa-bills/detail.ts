import { sql } from 'drizzle-orm';
import { aaBills, aaPayments } from '../../../db/schema/aa-bills.ts';
import { users } from '../../../db/schema/users.ts';
import { yuan } from '../../core/fen.ts';
import type { AaBillId, UserId } from '../../core/ids.ts';
import * as wire from '../../http/wire.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import { hasPaid, statusNow, takesPart } from './bill.ts';

const bill = p('bill');

export const detailShape = wire.named('AaBill', {
  transInfo: wire.object({
    id: wire.id('AA 收款 id'),
    userId: wire.id('发起人 id'),
    destId: wire.id('付款的用户或群 id'),
    msg: wire.text('备注'),
    destType: wire.flag('0 个人 1 群组'),
    totalAmount: wire.money('总金额'),
    status: wire.count('0 进行中 1 已完成 2 已过期，已付的退回付款人'),
    createTime: wire.time('发起时间'),
    updateTime: wire.time('完成或过期的时间'),
    counts: wire.count('人数'),
  }),
  records: wire.list(
    wire.object({
      id: wire.id('支付记录 id'),
      userId: wire.id('付款人 id'),
      destId: wire.id('AA 收款 id'),
      createTime: wire.time('付款时间'),
      amount: wire.money('金额'),
      headUrl: wire.text('付款人头像'),
      name: wire.text('付款人名称'),
    }),
  ),
  isPayed: wire.flag('1 本人已支付（过期退回后仍为 1）'),
});

type BillRow = {
  id: number;
  organiserId: number;
  destId: number;
  message: string;
  destType: number;
  total: number;
  share: number;
  status: number;
  createdAt: number;
  updatedAt: number;
  counts: number;
  hasPaid: number;
};

/** A bill as one who takes part in it sees it: `bill`, `me`, `now`. */
export const findBill = prepareRead<{ now: number; me: UserId; bill: AaBillId }, BillRow>(
  sql`SELECT b.id, b.organiser_id, b.dest_id, b.message, b.dest_type, b.total, b.share, ${statusNow}, b.created_at,
      CASE ${statusNow} WHEN 2 THEN b.expires_at ELSE b.updated_at END, b.counts, ${hasPaid} FROM ${aaBills} AS b WHERE b.id = ${bill} AND ${takesPart}`,
  [
    'id',
    'organiserId',
    'destId',
    'message',
    'destType',
    'total',
    'share',
    'status',
    'createdAt',
    'updatedAt',
    'counts',
    'hasPaid',
  ],
);

type PaymentRow = { journalId: number; userId: number; paidAt: number; headUrl: string; name: string };

/** Those who have paid, the first one first: `bill`. */
export const listPayments = prepareRead<{ bill: AaBillId }, PaymentRow>(
  sql`SELECT x.journal_id, x.user_id, x.paid_at, u.head_url, u.name FROM ${aaPayments} AS x
    JOIN ${users} AS u ON u.id = x.user_id WHERE x.bill_id = ${bill} ORDER BY x.paid_at, x.journal_id`,
  ['journalId', 'userId', 'paidAt', 'headUrl', 'name'],
);

export const detailView = (row: BillRow, payments: readonly PaymentRow[]) => ({
  transInfo: {
    id: row.id,
    userId: row.organiserId,
    destId: row.destId,
    msg: row.message,
    destType: row.destType,
    totalAmount: yuan(row.total),
    status: row.status,
    createTime: row.createdAt,
    updateTime: row.updatedAt,
    counts: row.counts,
  },
  records: payments.map(({ journalId, userId, paidAt, headUrl, name }) => ({
    id: journalId,
    userId,
    destId: row.id,
    createTime: paidAt,
    amount: yuan(row.share),
    headUrl,
    name,
  })),
  isPayed: row.hasPaid,
});
