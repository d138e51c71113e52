export { endOtherSessions, endSession, userSessions } from './own-endpoints.ts';

import { filled, integer, optional, orElse, password, text } from '../../http/params.ts';
import * as wire from '../../http/wire.ts';
import type { Context } from '../../realtime/context.ts';
import { endpoint, openEndpoint } from '../../realtime/endpoint.ts';
import { standingSteps, stepsShape, stepsView } from '../steps/standing.ts';
import { logIn } from './log-in.ts';
import { logOut } from './log-out.ts';

/** The cookie is for apps with a cookie jar; scripts cannot read it and other sites cannot send it. */
function setTokenCookie(context: Context, token: string) {
  const secure = context.publicUrl.startsWith('https://') ? '; Secure' : '';
  const seconds = context.config.SESSION_DAYS * 24 * 3600;
  context.setHeader(
    'set-cookie',
    `token=${token}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`,
  );
}

export const doLogin = openEndpoint({
  no: 8,
  path: '/chat/doLogin',
  title: '登录接口',
  summary: 'Begins a session; an older one of the same device kind ends.',
  params: {
    mobie: filled('登录手机号', 32),
    pwd: password('密码的 md5，明文亦可'),
    device: orElse(integer('设备类型：1 安卓 2 ios 3 pc 4 网页', 0, 4), 0),
    code: orElse(text('国家代码，默认 +86', 8), '+86'),
    UUID: orElse(text('设备应用唯一字符串', 128), ''),
  },
  paramAliases: { mobile: 'mobie' },
  data: wire.object({
    imServerUrl: wire.text('消息服务连接地址'),
    token: wire.text('登录凭证'),
    steps: stepsShape,
    deletionTakenBack: wire.flag('1 本次登录取消了账号注销申请').optional(),
  }),
  perMinute: 60,
  errors: {
    DISABLED: [-1, '老用户拒绝登录'],
    NO_SUCH_USER: [2, '用户不存在'],
    WRONG_PASSWORD: [3, '密码错误'],
    LOCKED: [3, '密码错误次数过多，请稍后再试'],
  },
  handler: async (context, { mobie: mobile, pwd, device, code, UUID }) => {
    const { user, token, isBack } = await logIn(context, {
      mobile,
      countryCode: code,
      password: pwd,
      device,
      uuid: UUID,
    });
    setTokenCookie(context, token);
    const steps = stepsView(await context.db.read(standingSteps({ user, now: context.clock.now() })));
    const imServerUrl = context.config.IM_SERVER_URL || context.host;
    return { imServerUrl, token, steps, ...(isBack ? { deletionTakenBack: 1 } : {}) };
  },
});

export const doLogout = endpoint({
  no: 9,
  path: '/chat/doLogout',
  title: '退出登录接口',
  summary: 'Ends my session, or that of the device kind given.',
  params: { device: optional(integer('设备类型：1 安卓 2 ios 3 pc 4 网页', 0, 4)) },
  data: wire.info('退出成功'),
  handler: async (context, { device }) => {
    await logOut(context, device);
    context.setHeader('set-cookie', 'token=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict');
    return { info: '退出成功' };
  },
});
