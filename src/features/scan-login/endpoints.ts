import type { Settings } from '../../core/settings.ts';
import type { FailureText } from '../../http/failure.ts';
import { integer, orElse, text } from '../../http/params.ts';
import * as wire from '../../http/wire.ts';
import type { Context } from '../../realtime/context.ts';
import { endpoint, openEndpoint } from '../../realtime/endpoint.ts';
import { CODE_LIFE_MS } from './code.ts';
import { approve, collect, scan, showCode } from './log-in.ts';
import { qcodeOf } from './qcode.ts';

const COOKIE = 'pc_ticket';
const signedWith = (config: Settings) => config.PC_SIGN_KEY;
const BAD_SIGNATURE: FailureText = [401, '签名认证失败'];
const FOREIGN_CODE: FailureText = [-1, ({ APP_NAME }) => `请使用 ${APP_NAME} 进行扫码`];
/** Whatever a phone has scanned: no picture of the kind holds more characters. Most are no codes of ours. */
const scanned = text('二维码内容，可省略 uuid:', 7089);
const sign = orElse(text('签名：PC_SIGN_KEY 未设置时不检查', 128), '');

/** Scripts of the page cannot read it, other sites cannot send it, and it dies with the code. */
function setTicketCookie(context: Context, ticket: string, seconds: number) {
  const secure = context.publicUrl.startsWith('https://') ? '; Secure' : '';
  context.setHeader(
    'set-cookie',
    `${COOKIE}=${ticket}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`,
  );
}
const ticketCookie = (context: Context) =>
  /(?:^|;\s*)pc_ticket=([^;]+)/.exec(context.header('cookie') ?? '')?.[1] ?? '';

export const getCode = openEndpoint({
  no: 138,
  path: '/pc/getCode',
  title: '扫码登录二维码获取接口',
  summary: 'A code to show for scanning, and the secret ticket of the page that shows it.',
  params: { sign },
  data: wire.object({
    qcode: wire.text('二维码内容'),
    ticket: wire.text('本页面的凭证，请勿展示'),
    expiresIn: wire.count('有效秒数'),
  }),
  perMinute: 20,
  signedWith,
  errors: { BAD_SIGNATURE },
  handler: async (context) => {
    const { number, ticket } = await showCode(context);
    setTicketCookie(context, ticket, CODE_LIFE_MS / 1000);
    return { qcode: qcodeOf(number), ticket, expiresIn: CODE_LIFE_MS / 1000 };
  },
});

export const queryCode = openEndpoint({
  no: 139,
  path: '/pc/queryCode',
  title: '查询二维码状态接口',
  summary:
    'For the phone, logged in: is the code valid, and who shows it; it counts as scanned then. For the page, with its ticket and `userId` 0: 402 until the login is approved, then the token, once.',
  params: {
    sn: scanned,
    userId: orElse(integer('用户 id；网页为 0', 0, Number.MAX_SAFE_INTEGER), 0),
    sign,
    ticket: orElse(text('网页的凭证，亦可由 cookie 携带', 128), ''),
  },
  data: wire.object({
    info: wire.text('提示').meta({ examples: ['有效二维码'] }),
    device: wire.text('手机：展示二维码的设备'),
    address: wire.text('手机：展示二维码的地址'),
    userId: wire.id('网页：授权的用户'),
    token: wire.text('网页：登录凭证'),
    imServerUrl: wire.text('网页：消息服务连接地址'),
  }),
  perMinute: 120,
  optionalCaller: true,
  signedWith,
  invalid: '二维码已失效',
  errors: {
    BAD_SIGNATURE,
    WAITING: [402, '等待授权中'],
    CODE_GONE: [-1, '二维码已失效'],
    FOREIGN_CODE,
  },
  handler: async (context, { sn, ticket }) => {
    const { callerIfAny: caller, config, host } = context;
    if (caller) {
      const { device, address } = await scan(context, caller.userId, sn);
      return { info: '有效二维码', device, address, userId: '', token: '', imServerUrl: '' };
    }
    const { userId, token } = await collect(context, sn, ticket || ticketCookie(context));
    setTicketCookie(context, '', 0);
    const imServerUrl = config.IM_SERVER_URL || host;
    return { info: '授权成功', device: '', address: '', userId, token, imServerUrl };
  },
});

export const authLogin = endpoint({
  no: 140,
  path: '/pc/authLogin',
  title: '授权登录接口',
  summary: 'Lets the page in whose code I have scanned.',
  params: { sn: scanned },
  data: wire.info('授权成功'),
  perMinute: 60,
  invalid: '授权失败',
  errors: { NOT_SCANNED: [-1, '授权失败'], FOREIGN_CODE },
  handler: async (context, { sn }) => {
    await approve(context, sn);
    return { info: '授权成功' };
  },
});
