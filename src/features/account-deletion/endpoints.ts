import { yuan } from '../../core/fen.ts';
import { Coded } from '../../http/envelope.ts';
import { flag, idEndOfFour, oneOf, optional, orElse, password, smsCode } from '../../http/params.ts';
import * as wire from '../../http/wire.ts';
import { endpoint } from '../../realtime/endpoint.ts';
import { OBSTACLES } from './obstacles.ts';
import { askForDeletion } from './request.ts';

export const deleteAccount = endpoint({
  path: '/user/deleteAccount',
  title: '注销账号',
  summary:
    'Asks for the deletion of my account: it is shut at once, erased after DELETION_DAYS, and comes back if I log in before. Code 2: nothing was done, and `obstacles` says what stands in the way, and the way out.',
  ours: true,
  params: {
    validateNum: smsCode('本人手机号的验证码'),
    pwd: optional(password('登录密码，明文或其 md5')),
    idNo: optional(idEndOfFour('忘记密码时：已认证身份证号的后四位')),
    groups: optional(oneOf('dismiss：注销时解散我的群；也可先用转让接口', ['dismiss'])),
    giveUpBalance: orElse(flag('1 放弃钱包余额，三年内可联系客服认领'), 0),
  },
  data: wire.object({
    info: wire.text('提示'),
    eraseAt: wire.time('此时起开始删除；之前登录即取消'),
    obstacles: wire.list(
      wire.object({
        kind: wire.text('类别，如 redPacket、group、balance'),
        id: wire.id('红包、转账、群等的编号'),
        name: wire.text('群名'),
        amount: wire.text('金额（元），没有则为空'),
        endsAt: wire.time('自动结束时间，没有则为空'),
        way: wire.text('解决办法'),
      }),
    ),
  }),
  successCodes: { 2: '有未了事项，未申请注销' },
  perMinute: 20,
  errors: {
    WRONG_CODE: [-1, '验证码不正确'],
    NOT_PROVED: [-1, '密码或身份证号后四位不正确'],
    LOCKED: [-1, '错误次数过多，请稍后再试'],
  },
  handler: async (context, { validateNum, pwd, idNo, groups, giveUpBalance }) => {
    const consents = {
      dismisses: groups === 'dismiss' ? 1 : 0,
      givesUp: giveUpBalance === 1 ? 1 : 0,
    } as const;
    const { dueAt, obstacles } = await askForDeletion(
      context,
      validateNum,
      { password: pwd, idEnd: idNo },
      consents,
    );
    const data = {
      info: dueAt === undefined ? '请先处理以下事项' : '已申请注销，期间登录即取消',
      eraseAt: dueAt ?? '',
      obstacles: obstacles.map(({ kind, id, name, amount, endsAt }) => ({
        kind,
        id,
        name,
        amount: amount === null ? '' : yuan(amount),
        endsAt: endsAt ?? '',
        way: OBSTACLES[kind].way,
      })),
    };
    return dueAt === undefined ? new Coded(2, data) : data;
  },
});
