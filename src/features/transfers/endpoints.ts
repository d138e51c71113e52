import type { GroupId, TransferId } from '../../core/ids.ts';
import { because, refuse } from '../../http/failure.ts';
import { id, idOrNone, orElse, password, text, userId, yuanAmount } from '../../http/params.ts';
import * as wire from '../../http/wire.ts';
import { endpoint } from '../../realtime/endpoint.ts';
import { payPasswordErrors, verifyPayPassword } from '../pay-password/guard.ts';
import { confirmTransfer as confirm } from './confirm.ts';
import { sendTransfer } from './send.ts';
import { findTransfer, transferShape, transferView } from './view.ts';

const NOT_ALLOWED = [-1, '无法向对方转账'] as const;

export const createTransfer = endpoint({
  no: 203,
  path: '/transfer/createTransfer',
  title: '开始转账/群组转账接口',
  summary: 'Sends money to a friend or a fellow member of a group, who has 24 hours to take it.',
  params: {
    destId: userId('收款人 id'),
    amount: yuanAmount('金额'),
    payPwd: password('支付密码，明文或其 md5'),
    msg: orElse(text('备注', 200), ''),
    groupId: idOrNone<GroupId>('群组 id；不传或 0 为好友转账'),
  },
  shown: { msg: 'money' },
  data: transferShape,
  idempotent: true,
  errors: {
    ...payPasswordErrors(2, '支付密码不正确'),
    TOO_LITTLE_MONEY: [3, '金额不足'],
    NOT_IN_GROUP: [4, '群资料查询失败'],
    TO_ONESELF: [-1, '不能向自己转账'],
    NOT_ALLOWED,
    SILENCED: because(NOT_ALLOWED, '您已被禁言'),
  },
  beforeReplay: (context, { payPwd }) => verifyPayPassword(context, payPwd),
  handler: (context, { destId, amount, payPwd, msg, groupId: group }) =>
    sendTransfer(context, { payee: destId, group, amount, message: msg, password: payPwd }),
});

const CONFIRMED = { info: 'confirm..' };

export const confirmTransfer = endpoint({
  no: 204,
  path: '/transfer/confirmTransfer',
  aliases: ['/transfer/confimTransfer'],
  title: '确认转账接口',
  summary: 'Takes the money of a transfer to me.',
  params: { transId: id<TransferId>('转账记录 id') },
  data: wire.info('confirm..'),
  idempotent: true,
  invalid: 'fail..',
  errors: { NOT_WAITING: [-1, 'fail..'] },
  handler: (context, { transId }) => confirm(context, transId, CONFIRMED),
});

export const viewTransfer = endpoint({
  no: 205,
  path: '/transfer/viewTransfer',
  title: '查看转账详情接口',
  summary: 'A transfer that I sent or that is for me.',
  params: { transId: id<TransferId>('转账记录 id') },
  data: transferShape,
  errors: { NOT_YOURS: [-1, '查询失败'] },
  handler: async ({ db, caller }, { transId }) => {
    const [row] = await db.read(findTransfer({ transfer: transId, me: caller.userId }));
    return transferView(row ?? refuse('NOT_YOURS'));
  },
});
