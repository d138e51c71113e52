import type { SQL } from 'drizzle-orm';
import { sql } from 'drizzle-orm';
import type { Clock } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import type { NoMore, Prepared, Values } from '../platform/database/query.ts';
import { type EventValues, eventValues, prepareEvent } from './events.ts';
import { EVENT, FROM } from './message-types.ts';

/**
 * What an account's owner is told when something happens that only the owner should do. It is event 68, which the original's
 * apps show as a notice of the system and every phone gets as a push; `kind` tells newer apps what it is about.
 */
const WORDS = {
  newDevice: '您的账号在新设备上登录。如非本人操作，请立即修改登录密码',
  passwordChanged: '您的登录密码已修改。如非本人操作，请立即找回密码并联系客服',
  payPasswordChanged: '您的支付密码已修改。如非本人操作，请立即联系客服',
  cardBound: '您的账号绑定了新的银行卡。如非本人操作，请立即修改密码并联系客服',
  payoutRequested: '您的钱包发起了一笔提现。如非本人操作，请立即修改密码并联系客服',
  payoutSettled: '您的提现已到账',
  payoutReturned: '您的提现未成功，金额已退回钱包',
  refundStarted: '您的一笔充值正在退款，金额已从钱包扣除，将原路退回',
  refundDone: '您的退款已原路退回',
  refundReturned: '您的退款未成功，金额已退回钱包',
  mobileChanged: '您账号绑定的手机号已更换，请用新手机号登录。如非本人操作，请立即联系客服',
  walletOpened: '您的钱包已解除冻结',
  walletFrozen: '您的钱包已被冻结，资金暂时不可转出，如有疑问请联系客服',
  walletCredited: '客服已向您的钱包入账，详情见账单',
  walletDebited: '客服已从您的钱包扣款，详情见账单。如有疑问请联系客服',
  moneyReturned: '您的一笔付款已由客服退还到钱包，详情见账单',
  moneyTakenBack: '您收到的一笔款项已由客服退还付款人，详情见账单。如有疑问请联系客服',
  identityConfirmed: '您的实名认证已通过',
  deletionTakenBack: '您的账号注销申请已取消，账号恢复使用。如非本人操作，请立即修改登录密码',
  identityRejected: '您的实名认证未通过，请核对后重新提交',
  warned: '您收到一次警告，请遵守平台规则',
  muted: '您已被禁言',
  unmuted: '您的禁言已解除',
  searchClosed: '您已被限制查找他人',
  searchOpened: '您已可以正常查找他人',
  warningLifted: '您收到的警告已撤销',
  banned: '您的账号已被停用',
  unbanned: '您的账号已恢复使用',
  contentRemoved: '您发布的内容因违反平台规则已被移除',
  contentRestored: '您被移除的内容已恢复',
} as const;

export type NoticeKind = keyof typeof WORDS;

/**
 * Prepares a notice to a user, for the batch that makes the change which it tells of.
 * @param user SQL of the user's number; none is told where it is null
 * @param mark the batch's condition
 */
export const prepareNotice = <Wanted extends Values = NoMore>(
  user: SQL,
  mark: SQL,
): Prepared<number, Wanted & EventValues> =>
  prepareEvent<Wanted>(sql`SELECT ${user} AS user_id WHERE ${mark} AND ${user} IS NOT NULL`, undefined, {
    from: sql`recipient.user_id`,
  });

/**
 * The values of such a notice, beside those of its own SQL.
 * @param behind a sentence behind the words of the kind
 * @param facts what apps may read beside the words
 */
export const fullNotice = (
  context: { clock: Clock; random: Random },
  kind: NoticeKind,
  behind: string,
  facts: Readonly<Record<string, unknown>> = {},
): EventValues =>
  eventValues(context, {
    type: EVENT.reminder,
    from: 0,
    fromType: FROM.system,
    content: {
      content: behind === '' ? WORDS[kind] : `${WORDS[kind]}。${behind}`,
      time: context.clock.now(),
      kind,
      ...facts,
    },
  });

/**
 * The values of a notice that may have a reason.
 * @param why what an operator adds for the person, behind the words of the kind
 */
export const noticeValues = (
  context: { clock: Clock; random: Random },
  kind: NoticeKind,
  why = '',
): EventValues => fullNotice(context, kind, why === '' ? '' : `原因：${why}`);
