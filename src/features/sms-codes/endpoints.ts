import { filled, optional, orElse, text } from '../../http/params.ts';
import { info } from '../../http/wire.ts';
import { openEndpoint } from '../../realtime/endpoint.ts';
import { sendCode } from './send.ts';

export const getValidateNum = openEndpoint({
  no: 14,
  path: '/chat/getValidateNum',
  title: '发送验证码接口',
  summary: 'Sends a one-time code to a mobile number; a sandbox answers the code itself.',
  params: {
    mobile: filled('手机号，可带国家代码，默认 +86', 32),
    app: optional(text('App 名称：APP_NAME 或 SMS_APP_NAMES 之一，其他值按 APP_NAME', 50)),
    UUID: orElse(text('设备应用唯一字符串，与登录时相同；已知设备无需人机验证', 128), ''),
    challenge: orElse(text('人机验证结果；收到 CHALLENGE_NEEDED 后提供', 8192), ''),
  },
  data: info('1234'),
  perMinute: 30,
  invalid: '手机号格式不对',
  errors: {
    BAD_NUMBER: [-1, '手机号格式不对'],
    CHALLENGE_NEEDED: [-1, '请先完成人机验证'],
    CHALLENGE_FAILED: [-1, '人机验证未通过，请重试'],
    TOO_MANY_THIS_HOUR: [-1, ({ SMS_PER_HOUR }) => `1小时内只能获取${SMS_PER_HOUR}次验证码`],
    TOO_SOON: [-1, ({ SMS_RESEND_SECONDS }) => `${SMS_RESEND_SECONDS}秒内只能获取1次验证码`],
    REGION_NOT_SERVED: [-1, '不支持该地区'],
    TOO_MANY_TODAY: [-1, '今日验证码次数已达到上限'],
    PROVIDER_REFUSED: [-1, '发送失败,请联系客服ErrCode=3'],
    SEND_FAILED: [-1, '短信发送失败、请稍后重试'],
    UNCLEAR: [-1, '短信发送失败、请稍后重试'],
  },
  handler: async (context, { mobile, app, UUID, challenge }) => ({
    info: await sendCode(context, mobile, { uuid: UUID, proof: challenge }, app),
  }),
});
