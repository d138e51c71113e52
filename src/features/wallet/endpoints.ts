import { yuan } from '../../core/fen.ts';
import type { CardId } from '../../core/ids.ts';
import { because, refuse } from '../../http/failure.ts';
import { anchor, frontOf } from '../../http/growing-list.ts';
import { id, optional, page, password, text, yuanAmount } from '../../http/params.ts';
import * as wire from '../../http/wire.ts';
import { balanceOf } from '../../ledger/accounts.ts';
import { billsOf } from '../../ledger/bills.ts';
import { endpoint } from '../../realtime/endpoint.ts';
import { payPasswordErrors, verifyPayPassword } from '../pay-password/guard.ts';
import { missingPayPasswordErrors } from '../pay-password/proof.ts';
import { endIfRefunded } from '../payment-orders/end-if-refunded.ts';
import { recharge as rechargeWallet } from './recharge.ts';
import { bill, billShape } from './view.ts';
import { withdraw as withdrawMoney } from './withdraw.ts';

/** Bills without `pageNo`, at most (docs/decisions.md#the-ledger). */
const NEWEST = 1000;

const WITHDRAWAL_FAILED = [-1, '提现失败'] as const;

export const getBalance = endpoint({
  no: 229,
  path: '/wallet/getBalance',
  title: '获取钱包余额接口',
  summary: 'What is in my wallet, in yuan.',
  params: {},
  data: wire.money('余额'),
  invalid: '发生异常',
  errors: { NO_ACCOUNT: [-1, '发生异常'] },
  handler: async ({ db, caller }) => {
    const [account] = await db.read(balanceOf({ account: caller.userId }));
    return yuan(account?.balance ?? refuse('NO_ACCOUNT'));
  },
});

export const getWalletHistory = endpoint({
  no: 230,
  path: '/wallet/getWalletHistory',
  title: '获取账单列表接口',
  summary: 'My bills, newest first: the newest 1,000, or a page of 20.',
  params: { pageNo: optional(page('页码；不传则返回最近 1000 条')), anchor: anchor() },
  paramAliases: { page: 'pageNo' },
  data: wire.list(billShape),
  invalid: '发生异常',
  handler: async (context, { pageNo, anchor }) => {
    const front = await frontOf(context, { list: 'getWalletHistory', pageNo: pageNo ?? 1, anchor });
    const limit = pageNo === undefined ? NEWEST : front.bounds.limit;
    const rows = await context.db.read(billsOf({ me: context.caller.userId, ...front.bounds, limit }));
    if (pageNo !== undefined) await front.keep(rows.map(({ journalId }) => journalId));
    return rows.map(bill);
  },
});

export const recharge = endpoint({
  no: 231,
  path: '/wallet/recharge',
  title: '充值接口',
  summary: 'Puts money into my wallet: at once in a sandbox, from a paid order in production.',
  params: {
    amount: yuanAmount('充值金额'),
    outTradeNo: optional(text('已支付的充值订单号，生产环境必填', 64)),
  },
  data: wire.list(billShape),
  idempotent: true,
  invalid: '充值失败',
  errors: { RECHARGE_FAILED: [-1, '充值失败'] },
  handler: async (context, { amount, outTradeNo }) => {
    if (outTradeNo && context.config.MODE === 'production') await endIfRefunded(context, outTradeNo);
    return rechargeWallet(context, amount, outTradeNo);
  },
});

export const withdraw = endpoint({
  no: 232,
  path: '/wallet/withdraw',
  title: '提现接口',
  summary: 'Takes money out of my wallet to a bank card; it is frozen until it has been paid out.',
  params: {
    amount: yuanAmount('提现金额'),
    cardId: optional(id<CardId>('银行卡绑定 id，默认最近绑定的卡')),
    payPwd: optional(password('支付密码；不传且未验证时受当日免密限额，且须绑卡满 24 小时')),
  },
  data: wire.list(billShape),
  idempotent: true,
  invalid: '提现失败',
  errors: {
    WITHDRAWAL_FAILED,
    NOT_COVERED: because(WITHDRAWAL_FAILED, '金额不足'),
    NO_CARD: because(WITHDRAWAL_FAILED, '请先绑定储蓄卡'),
    TRY_AGAIN: because(WITHDRAWAL_FAILED, '请重试'),
    ...missingPayPasswordErrors(WITHDRAWAL_FAILED),
    ...payPasswordErrors(-1, '支付密码不正确'),
  },
  beforeReplay: async (context, { payPwd }) => {
    if (payPwd !== undefined) await verifyPayPassword(context, payPwd);
  },
  handler: (context, { amount, cardId, payPwd }) =>
    withdrawMoney(context, { amount, card: cardId, password: payPwd }),
});
