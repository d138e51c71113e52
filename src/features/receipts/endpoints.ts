import { yuan } from '../../core/fen.ts';
import { refuse } from '../../http/failure.ts';
import { password, userId, yuanAmount, yuanOrNothing } from '../../http/params.ts';
import * as wire from '../../http/wire.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { endpoint } from '../../realtime/endpoint.ts';
import { payPasswordErrors, verifyPayPassword } from '../pay-password/guard.ts';
import { findUser } from '../profiles/queries.ts';
import { payReceipt } from './pay.ts';

/** What the code of either kind says of the caller; clients draw it as JSON text. Nothing is stored. */
async function codeOf({ db, caller }: CallerContext) {
  const [user] = await db.read(findUser.byId({ id: caller.userId }));
  return user ?? refuse('SESSION_ENDED');
}

/** `qrcodeType`: what a code is for. */
const CODE = { receipt: 1, payment: 2 } as const;

export const createReceipt = endpoint({
  no: 200,
  path: '/transfer/createReceipt',
  title: '创建收款码接口',
  summary: 'What my receipt code says; whoever scans it pays by postPayment.',
  params: { amount: yuanOrNothing('金额；不传或 0 由付款人填写') },
  data: wire.object({
    qrcodeType: wire.count('1 收款码'),
    receiptId: wire.id('用户 id'),
    receiptName: wire.text('名称'),
    receiptHeadUrl: wire.text('用户头像'),
    amount: wire.money('金额；0.00 由付款人填写'),
  }),
  handler: async (context, { amount }) => {
    const { id, name, headUrl } = await codeOf(context);
    return {
      qrcodeType: CODE.receipt,
      receiptId: id,
      receiptName: name,
      receiptHeadUrl: headUrl,
      amount: yuan(amount),
    };
  },
});

export const createPayment = endpoint({
  path: '/transfer/createPayment',
  title: '创建付款码接口',
  summary: 'What my payment code says: who scans it knows whom to ask.',
  params: { amount: yuanOrNothing('金额；不传或 0 由收款人填写') },
  data: wire.object({
    qrcodeType: wire.count('2 付款码'),
    paymentId: wire.id('用户 id'),
    paymentName: wire.text('名称'),
    paymentHeadUrl: wire.text('用户头像'),
    amount: wire.money('金额；0.00 由收款人填写'),
  }),
  handler: async (context, { amount }) => {
    const { id, name, headUrl } = await codeOf(context);
    return {
      qrcodeType: CODE.payment,
      paymentId: id,
      paymentName: name,
      paymentHeadUrl: headUrl,
      amount: yuan(amount),
    };
  },
});

const PAID = { info: '付款成功' };

export const postPayment = endpoint({
  no: 202,
  path: '/transfer/postPayment',
  title: '二维码扫码付款接口',
  summary: 'Pays the person whose receipt code I scanned, at once.',
  params: {
    destId: userId('支付对象 id'),
    amount: yuanAmount('金额'),
    payPwd: password('支付密码，明文或其 md5'),
  },
  data: wire.info('付款成功'),
  idempotent: true,
  errors: {
    ...payPasswordErrors(-1, '支付密码错误'),
    TOO_LITTLE_MONEY: [3, '金额不足'],
    NOT_PAID: [-1, '付款异常失败'],
  },
  beforeReplay: (context, { payPwd }) => verifyPayPassword(context, payPwd),
  handler: (context, { destId, amount, payPwd }) =>
    payReceipt(context, { payee: destId, amount, password: payPwd }, PAID),
});
