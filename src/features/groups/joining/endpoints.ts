import { FOUND } from '../../../../db/schema/groups.ts';
import { groupId, integer, orElse, password, text, userIds } from '../../../http/params.ts';
import { info } from '../../../http/wire.ts';
import { endpoint } from '../../../realtime/endpoint.ts';
import { payPasswordErrors, verifyPayPassword } from '../../pay-password/guard.ts';
import { invite } from './invite.ts';
import { setJoinRules } from './mode.ts';
import { payToJoin } from './pay.ts';
import { joinRefusals, requestToJoin } from './request.ts';

/** People whom one call may invite: each newcomer is told to every member. */
const MAX_INVITED = 100;

export const addGroupMember = endpoint({
  no: 17,
  path: '/chat/addGroupMember',
  title: '邀请其它成员加群接口',
  summary:
    'Brings friends of mine into a group I am in, or asks for it where the join mode wants approval or payment.',
  params: {
    groupId: groupId('群组唯一标识'),
    inviteIds: userIds(`受邀请的用户 id 集合，最多 ${MAX_INVITED} 个`, MAX_INVITED),
  },
  data: info('邀请完成'),
  perMinute: 60,
  errors: {
    NO_SUCH_GROUP: [-1, '群不存在'],
    NOT_A_MEMBER: [-1, '您不在该群组，无法操作'],
    JOINING_CLOSED: [-1, '不允许加入'],
    GROUP_FULL: [-1, '群人数已经到达上限'],
  },
  handler: async (context, { groupId, inviteIds }) => {
    await invite(context, groupId, inviteIds);
    return { info: '邀请完成' };
  },
});

export const updateJoinstatus = endpoint({
  no: 50,
  path: '/chat/updateJoinstatus',
  title: '修改加群方式接口',
  summary:
    'Sets how people join: freely, with approval, by an answer, by invitation, not at all, or for a fee.',
  params: {
    groupId: groupId('群组 id'),
    status: orElse(
      integer(
        '0 无需验证 1 需要验证消息 2 回答问题并由管理员审核 3 正确回答问题 4 只允许邀请 5 不允许任何人 6 付费',
        0,
        6,
      ),
      0,
    ),
    question: orElse(text('加群问题', 200), ''),
    answer: orElse(text('问题答案', 200), ''),
    fee: orElse(text('加群费用（元），方式 6 时必须大于 0', 13), '0'),
  },
  shown: { question: 'group' },
  data: info('设置成功'),
  invalid: '网络繁忙，请稍后重试',
  errors: {
    NO_SUCH_GROUP: [-1, '设置失败'],
    NOT_A_MEMBER: [-1, '您不在该群组，无法操作'],
    NOT_ALLOWED: [-1, '无权操作'],
    NO_QUESTION: [-1, '请配置正确的验证问题'],
    NO_ANSWER: [-1, '请配置正确的验证问题及答案'],
    LEVEL_TOO_LOW: [-1, '群等级不足，无法设置付费加群'],
  },
  handler: async (context, { groupId, status, question, answer, fee }) => {
    await setJoinRules(context, groupId, { mode: status, question, answer, fee });
    return { info: '设置成功' };
  },
});

export const requestGroupJoin = endpoint({
  no: 51,
  path: '/chat/requestGroupJoin',
  title: '申请加群接口',
  summary: 'Asks to join a group, as its join mode has it. joinType says how I found it.',
  params: {
    groupId: groupId('群 id'),
    answer: orElse(text('验证消息或问题答案', 200), ''),
    joinType: orElse(
      integer('加群方式：1 搜索（默认）2 扫码', FOUND.searched, FOUND.scanned),
      FOUND.searched,
    ),
  },
  shown: { answer: 'request' },
  data: info('申请成功'),
  perMinute: 30,
  errors: joinRefusals,
  handler: async (context, { groupId, answer, joinType }) => {
    await requestToJoin(context, groupId, {
      answer,
      joinType: joinType === FOUND.scanned ? FOUND.scanned : FOUND.searched,
    });
    return { info: '申请成功' };
  },
});

export const payForGroupJoin = endpoint({
  no: 53,
  path: '/chat/payForGroupJoin',
  title: '支付加群费用接口',
  summary: 'Pays the fee of a group, which goes to its owner, and joins it.',
  params: { groupId: groupId('群 id'), pwd: password('支付密码') },
  data: info('加入成功'),
  idempotent: true,
  errors: {
    NO_SUCH_GROUP: [-1, '群不存在'],
    ALREADY_MEMBER: [-1, '您已经是群组成员'],
    JOINING_CLOSED: [-1, '不允许加入'],
    REMOVED: [-1, '您已被移出该群，请先申请加入'],
    NO_LEVEL: [-4, '群等级已到期，暂时无法付费加入'],
    GROUP_FULL: [-1, '群组人数已达上限，无法加入'],
    NOT_ENOUGH_MONEY: [3, '金额不足'],
    ...payPasswordErrors(2, '支付密码不正确'),
  },
  beforeReplay: (context, { pwd }) => verifyPayPassword(context, pwd),
  handler: async (context, { groupId, pwd }) => {
    const reply = { info: '加入成功' };
    await payToJoin(context, groupId, pwd, reply);
    return reply;
  },
});
