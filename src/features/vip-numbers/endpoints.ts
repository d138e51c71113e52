import { yuan } from '../../core/fen.ts';
import { randomText } from '../../core/random.ts';
import { plainCode } from '../../core/text/code.ts';
import { because, refuse } from '../../http/failure.ts';
import {
  displayName,
  integer,
  newPassword,
  oneOf,
  optional,
  orElse,
  picture,
  smsCode,
  text,
} from '../../http/params.ts';
import * as wire from '../../http/wire.ts';
import { openEndpoint } from '../../realtime/endpoint.ts';
import { strongEnough, WEAK_PASSWORD } from '../accounts/password-rules.ts';
import { orderAmount } from '../orders/create.ts';
import { amountText, body, orderShape, provider } from '../orders/fields.ts';
import { orderNumber } from './order.ts';
import { drawNumbers, findOwned, listTypes } from './queries.ts';

/** Somebody who registers by buying has no id yet. */
const userId = orElse(integer('用户 id；注册时购买为 0', 0, Number.MAX_SAFE_INTEGER), 0);
/** The original's session (docs/original.md#accounts); reservations here belong to the user or the mobile. */
const sessid = text('getNumberType 返回的 sessid', 64);
const number = text('靓号', 16);
const open = { perMinute: 60, optionalCaller: true } as const;

const NUMBER_RESERVED = [-1, '服务器繁忙，请稍后重试'] as const;

export const getNumberType = openEndpoint({
  no: 151,
  path: '/pay/getNumberType',
  title: '获取靓号类型列表接口',
  summary:
    'The types of vip numbers: AABB, 3A (the same digit three times), 3R (three rising digits) and so on.',
  params: { userId, device: optional(oneOf('设备类型', ['0', '1', '2', '3', '4'])) },
  ...open,
  data: wire.object({
    types: wire.list(wire.object({ tid: wire.id('类型 id'), typeName: wire.text('类型名称') })),
    sessid: wire.text('后续接口的 sessid'),
  }),
  handler: async ({ db, random }) => {
    const types = await db.read(listTypes());
    return {
      types: types.map(({ id, name }) => ({ tid: id, typeName: name })),
      sessid: randomText(random, 32).toUpperCase(),
    };
  },
});

const DRAW = 65_521;

export const getVipNumber = openEndpoint({
  no: 152,
  path: '/pay/getVipNumber',
  title: '获取靓号接口',
  summary: 'Ten free numbers of a type at random, and what they cost.',
  params: { userId, sessid, type: text('靓号类型，名称或 id', 16) },
  ...open,
  data: wire.object({
    numbers: wire.list(
      wire.object({ nid: wire.id('靓号 id'), num: wire.text('靓号'), price: wire.money('靓号价格') }),
    ),
  }),
  handler: async ({ db, clock, random }, { type }) => {
    const draws = { drawA: random.below(DRAW), drawB: random.below(DRAW) };
    const numbers = await db.read(drawNumbers({ type: plainCode(type), now: clock.now(), ...draws }));
    return {
      numbers: numbers.map(({ id, number: num, price }) => ({ nid: id, num, price: yuan(price) })),
    };
  },
});

export const createNumberOrder = openEndpoint({
  no: 153,
  path: '/pay/createNumberOrder',
  title: '创建购买靓号订单接口',
  summary:
    'Orders a vip number, reserved for ten minutes: for oneself, or with `userId` 0 to register by buying, with an SMS code as proof of the mobile.',
  params: {
    userId,
    amount: amountText,
    sessid,
    body,
    subject: text('订单标题', 127),
    type: provider,
    number,
    mobile: orElse(text('注册手机号', 32), ''),
    pwd: optional(newPassword('注册密码；生产环境至少6位且不常见')),
    validateNum: optional(smsCode('验证码')),
    headUrl: orElse(picture('头像'), ''),
    name: orElse(displayName('昵称', 50), ''),
  },
  ...open,
  perMinute: 30,
  idempotent: true,
  shown: { name: 'name' },
  data: orderShape,
  invalid: '有参数不正确',
  errors: {
    NO_NAME: [-1, '昵称不能为空'],
    NO_MOBILE: [-1, '手机号不能为空'],
    NO_PASSWORD: [-1, '密码不能为空'],
    WEAK_PASSWORD,
    MOBILE_TAKEN: [-1, '手机号码已存在'],
    WRONG_CODE: [-1, '验证码不正确'],
    HAS_NUMBER: [-1, '您已经绑定IM号了'],
    NO_SUCH_NUMBER: [-1, '请选择购买号码'],
    NUMBER_GONE: [-1, '您手慢了，该号码已被注册'],
    NUMBER_RESERVED,
    RESERVED_BY_OTHER: because(NUMBER_RESERVED, '该号码已被他人预订，请换一个号码，或10分钟后再试'),
    TOO_MANY_RESERVED: [-1, '当前网络未支付的靓号订单过多，请先支付已有订单，或10分钟后再试'],
    ORDER_FAILED: [-1, '订单创建失败'],
    BAD_AMOUNT: [-1, '金额格式不正确'],
  },
  handler: (context, { amount, type, subject, pwd, validateNum, ...wanted }) =>
    orderNumber(context, {
      ...wanted,
      subject: subject || refuse('ORDER_FAILED'),
      amount: orderAmount(amount),
      provider: type,
      password: pwd && strongEnough(context, pwd),
      code: validateNum,
    }),
});

export const checkNumber = openEndpoint({
  no: 154,
  path: '/pay/checkNumber',
  title: '检测靓号接口',
  summary: 'Does the number have an owner? For an app that waits for its payment.',
  params: { userId, number, sessid },
  ...open,
  data: wire.info('注册成功'),
  errors: { NOT_YET: [-1, '账号注册中'] },
  handler: async ({ db }, { number: wanted }) => {
    const [found] = await db.read(findOwned({ number: wanted }));
    return found?.owned ? { info: '注册成功' } : refuse('NOT_YET');
  },
});
