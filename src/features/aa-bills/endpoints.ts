import type { AaBillId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import {
  flag,
  id,
  idOrNone,
  integer,
  orElse,
  password,
  text,
  userId,
  yuanAmount,
  yuanOrZero,
} from '../../http/params.ts';
import * as wire from '../../http/wire.ts';
import { endpoint } from '../../realtime/endpoint.ts';
import { payPasswordErrors, verifyPayPassword } from '../pay-password/guard.ts';
import { detailShape, detailView, findBill, listPayments } from './detail.ts';
import { payShare } from './pay.ts';
import { startBill } from './start.ts';

export const aaTrans = endpoint({
  no: 206,
  path: '/transfer/aaTrans',
  title: '发起 AA 收款接口',
  summary: 'Asks a friend or the members of a group for their shares of a bill.',
  params: {
    destType: flag('0 个人 1 群组'),
    destId: id('付款的用户或群 id'),
    msg: orElse(text('备注', 200), ''),
    totalAmount: yuanOrZero('总金额'),
    counts: integer('人数，含发起人，1–50', 1, 999_999_999),
  },
  shown: { msg: 'money' },
  data: wire.object({
    totalAmt: wire.money('收款总金额'),
    msg: wire.text('收款备注'),
    counts: wire.count('人数'),
    amt: wire.money('每人付款金额'),
    transId: wire.id('AA 收款 id'),
  }),
  idempotent: true,
  invalid: '发起失败',
  errors: {
    TOO_MANY: [-1, '收款个数不能大于50'],
    SHARE_TOO_SMALL: [-1, '单笔金额不得小于0.01元'],
    SHARES_EXCEED_TOTAL: [-1, '人均金额不足以分摊，请提高总金额或减少人数'],
    NOT_STARTED: [-1, '发起失败'],
  },
  handler: (context, { destType, destId, msg, totalAmount, counts }) =>
    startBill(context, { destType, dest: destId, message: msg, total: totalAmount, counts }),
});

const PAID = { info: '付款成功！' };

export const aaTransPay = endpoint({
  no: 207,
  path: '/transfer/aaTransPay',
  title: '支付 AA 收款接口',
  summary:
    'Pays my share of a bill. Whoever asked for it gets all shares with the last one; if it expires, everybody gets their own back.',
  params: {
    destId: userId('发起人 id'),
    amount: yuanAmount('每人付款金额'),
    payPwd: password('支付密码，明文或其 md5'),
    transId: idOrNone<AaBillId>('AA 收款 id；不传则为该发起人唯一待付的此金额收款'),
  },
  sample: { transId: '1' },
  data: wire.info('付款成功！'),
  idempotent: true,
  errors: {
    ...payPasswordErrors(-1, '支付密码错误'),
    COMPLETE: [-1, 'AA收款已经结束'],
    EXPIRED: [-1, 'AA收款已过期'],
    ALREADY_PAID: [-1, '您已经支付过该笔转账'],
    TOO_LITTLE_MONEY: [-1, '金额不足'],
    NOT_PAID: [-1, '付款失败！'],
  },
  beforeReplay: (context, { payPwd }) => verifyPayPassword(context, payPwd),
  handler: (context, { destId, amount, payPwd, transId }) =>
    payShare(context, { bill: transId, payee: destId, amount, password: payPwd }, PAID),
});

export const aaTransDetail = endpoint({
  no: 208,
  path: '/transfer/aaTransDetail',
  title: '查看 AA 收款详情接口',
  summary: 'A bill that I take part in, and who has paid.',
  params: { transId: id<AaBillId>('AA 收款 id') },
  data: detailShape,
  invalid: '查询失败',
  errors: { NOT_YOURS: [-1, '查询失败'] },
  handler: async ({ db, caller, clock }, { transId }) => {
    const values = { bill: transId, me: caller.userId, now: clock.now() };
    const {
      bill: [bill],
      payments,
    } = await db.read({ bill: findBill(values), payments: listPayments(values) });
    return detailView(bill ?? refuse('NOT_YOURS'), payments);
  },
});
