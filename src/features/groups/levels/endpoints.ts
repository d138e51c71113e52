import { and, asc, getTableColumns, gt, isNull } from 'drizzle-orm';
import { groupLevels } from '../../../../db/schema/groups.ts';
import { yuan } from '../../../core/fen.ts';
import type { FailureText } from '../../../http/failure.ts';
import { groupId, integer, password } from '../../../http/params.ts';
import * as wire from '../../../http/wire.ts';
import { prepareSelect } from '../../../platform/database/query.ts';
import { endpoint } from '../../../realtime/endpoint.ts';
import { payPasswordErrors, verifyPayPassword } from '../../pay-password/guard.ts';
import { groupReply, groupView } from '../view.ts';
import { payForLevel } from './pay.ts';

const listLevels = prepareSelect<void>()(getTableColumns(groupLevels), (select) =>
  select
    .from(groupLevels)
    .where(and(gt(groupLevels.level, 0), isNull(groupLevels.withdrawnAt)))
    .orderBy(asc(groupLevels.level)),
);

const BUSY = '服务器繁忙，请稍后重试';
const NOT_IN_IT = [-1, '您不在群组，无法操作'] as const satisfies FailureText;
const refusals = {
  NO_SUCH_GROUP: NOT_IN_IT,
  NOT_A_MEMBER: NOT_IN_IT,
  NOT_ALLOWED: [-1, '无权操作'],
  NOT_FOR_SALE: [-1, BUSY],
  NOT_ENOUGH_MONEY: [3, '金额不足'],
  ...payPasswordErrors(2, '支付密码不正确'),
} as const satisfies Readonly<Record<string, FailureText>>;

export const payForGroupLevel = endpoint({
  no: 52,
  path: '/chat/payForGroupLevel',
  title: '支付群升级费用接口',
  summary: 'Buys my group a higher level, from now on.',
  params: {
    groupId: groupId('群 id'),
    pwd: password('支付密码'),
    level: integer('群等级，须高于现在的等级', 1, 9),
  },
  data: groupReply,
  idempotent: true,
  invalid: BUSY,
  errors: { ...refusals, NOT_OWNER: [4, '只有群主可以升级'] },
  beforeReplay: (context, { pwd }) => verifyPayPassword(context, pwd),
  handler: async (context, { groupId, pwd, level }) =>
    groupView(await payForLevel(context, groupId, pwd, level), true),
});

export const queryGroupConfig = endpoint({
  no: 55,
  path: '/chat/queryGroupConfig',
  title: '获取群配置信息接口',
  summary: 'What each group level costs and how many seconds it lasts.',
  params: {},
  data: wire.object({
    info: wire.list(
      wire.object({
        lid: wire.id('级别标识'),
        level: wire.count('群组级别'),
        expire: wire.count('有效期，秒'),
        fee: wire.money('费用'),
      }),
    ),
  }),
  invalid: '获取配置信息失败，请稍后重试',
  handler: async (context) => {
    const levels = await context.db.read(listLevels());
    return {
      info: levels.map(({ level, seconds, fee }) => ({ lid: level, level, expire: seconds, fee: yuan(fee) })),
    };
  },
});

export const payForGroupExt = endpoint({
  no: 56,
  path: '/chat/payForGroupExt',
  title: '群组续费接口',
  summary: 'Renews my group’s level: its time is added to what is left.',
  params: { groupId: groupId('群 id'), pwd: password('支付密码') },
  data: groupReply,
  idempotent: true,
  invalid: BUSY,
  errors: { ...refusals, NOT_OWNER: [4, '只有群主可以续费'] },
  beforeReplay: (context, { pwd }) => verifyPayPassword(context, pwd),
  handler: async (context, { groupId, pwd }) =>
    groupView(await payForLevel(context, groupId, pwd, undefined), true),
});
