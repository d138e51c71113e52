import { DEST } from '../../../db/schema/dest.ts';
import { PACKET_TYPE } from '../../../db/schema/red-packets.ts';
import { yuan } from '../../core/fen.ts';
import type { RedPacketId } from '../../core/ids.ts';
import { because, refuse } from '../../http/failure.ts';
import {
  id,
  integer,
  optional,
  orElse,
  password,
  text,
  userIds,
  word,
  yuanAmount,
} from '../../http/params.ts';
import * as wire from '../../http/wire.ts';
import { endpoint } from '../../realtime/endpoint.ts';
import { payPasswordErrors, verifyPayPassword } from '../pay-password/guard.ts';
import { missingPayPasswordErrors } from '../pay-password/proof.ts';
import { findPacket, historyShape, historyView, listTaken } from './history.ts';
import { openRedPacket as open } from './open.ts';
import { sendRedPacket as send } from './send.ts';

const NOT_SENT = [-1, '红包发送失败'] as const;

export const sendRedPacket = endpoint({
  no: 28,
  path: '/chat/sendRedPacket',
  title: '发红包接口',
  summary: 'Sends a red packet to a friend or a group; what nobody takes comes back after 24 hours.',
  params: {
    redPacketCount: integer('红包数量', 1, 500),
    redPacketAmount: yuanAmount('红包金额；等额红包为每个的金额'),
    destType: word('1 人对人红包 2 群红包', DEST),
    destId: id('用户/群 id'),
    redPacketType: word('1 随机金额 2 等额 3 口令', PACKET_TYPE),
    redPacketContent: orElse(text('红包留言语', 100), ''),
    command: orElse(text('口令红包口令', 64), ''),
    limit: orElse(userIds('限制开红包用户 id，JSON 数组'), []),
    payPwd: optional(password('支付密码；不传且未验证时受免密限额')),
  },
  shown: { redPacketContent: 'money', command: 'money' },
  data: wire.object({ info: wire.id('红包 id') }),
  idempotent: true,
  invalid: '红包发送失败',
  errors: {
    NOT_SENT,
    SILENCED: because(NOT_SENT, '您已被禁言'),
    NOT_COVERED: because(NOT_SENT, '金额不足'),
    ...missingPayPasswordErrors(NOT_SENT),
    ...payPasswordErrors(-1, '支付密码不正确'),
  },
  beforeReplay: async (context, { payPwd }) => {
    if (payPwd !== undefined) await verifyPayPassword(context, payPwd);
  },
  handler: async (context, input) => ({
    info: await send(context, {
      destType: input.destType,
      dest: input.destId,
      type: input.redPacketType,
      count: input.redPacketCount,
      amount: input.redPacketAmount,
      content: input.redPacketContent || '恭喜发财',
      command: input.command,
      guests: input.limit,
      password: input.payPwd,
    }),
  }),
});

export const openRedPacket = endpoint({
  no: 29,
  path: '/chat/openRedPacket',
  title: '抢红包接口',
  summary: 'Takes a share of a red packet, once.',
  params: {
    redPacketId: id<RedPacketId>('红包 id'),
    command: optional(text('口令；传则须与红包的一致', 64)),
  },
  data: wire.object({ info: wire.money('抢到的金额') }),
  idempotent: true,
  invalid: '发生异常领取失败',
  errors: {
    ALREADY_OPENED: [2, '你已经领取过'],
    EMPTY: [3, '已经被领完'],
    NOT_INVITED: [4, '您不在指定对象中，无法开启'],
    NOT_FOUND: [5, '红包不存在'],
    WRONG_COMMAND: [-1, '口令不正确'],
  },
  handler: async (context, { redPacketId, command }) => ({
    info: yuan(await open(context, redPacketId, command)),
  }),
});

export const getRedPacketHistory = endpoint({
  no: 30,
  path: '/chat/getRedPacketHistory',
  title: '查询抢红包记录接口',
  summary: 'A red packet and who took what, for those who take part.',
  params: { redPacketId: id<RedPacketId>('红包 id') },
  data: historyShape,
  invalid: '发生查看红包历史异常',
  errors: { NOT_YOURS: [-1, '发生查看红包历史异常'] },
  handler: async (context, { redPacketId }) => {
    const values = { packet: redPacketId, me: context.caller.userId };
    const {
      packet: [packet],
      taken,
    } = await context.db.read({ packet: findPacket(values), taken: listTaken(values) });
    return historyView(packet ?? refuse('NOT_YOURS'), taken);
  },
});
