import type { FailureText } from '../../http/failure.ts';

/** Why a message is not taken. */
export const SEND_ERRORS = {
  NOT_FRIENDS: [2, '对方不是您的好友'],
  BLOCKED: [3, '消息已发出，但被对方拒收了'],
  NOT_A_MEMBER: [4, '您不在该群组，无法操作'],
  MUTED: [5, '您已被禁言'],
  NOT_YOUR_MESSAGE: [6, '只能撤回自己的消息'],
  TOO_LATE: [7, '超过两分钟的消息不能撤回'],
  TOO_MANY_TODAY: [8, '今天发送的消息已达上限'],
} as const satisfies Readonly<Record<string, FailureText>>;
