import type { SessionId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import { id } from '../../http/params.ts';
import * as wire from '../../http/wire.ts';
import { endpoint } from '../../realtime/endpoint.ts';
import { endOthers, endOwn, ownSessions } from './own.ts';

export const userSessions = endpoint({
  path: '/user/sessions',
  ours: true,
  title: '我的登录设备',
  summary: 'Where I am logged in: device, address and last day of each session.',
  params: {},
  data: wire.object({
    list: wire.list(
      wire.object({
        sessionId: wire.id('会话 id'),
        device: wire.count('设备类型：0 未知 1 安卓 2 ios 3 pc 4 网页'),
        UUID: wire.text('设备应用唯一字符串，可为空'),
        address: wire.text('最近一次的网络地址，可为空'),
        loginTime: wire.time('登录时间'),
        lastDay: wire.text('最近使用日期，YYYY-MM-DD'),
        current: wire.flag('1 本次会话'),
      }),
    ),
  }),
  handler: async (context) => ({ list: await ownSessions(context) }),
});

export const endSession = endpoint({
  path: '/user/endSession',
  ours: true,
  title: '下线一个设备',
  summary: 'Ends one of my sessions, its connections and its push messages.',
  params: { sessionId: id<SessionId>('会话 id') },
  data: wire.info('操作成功'),
  perMinute: 30,
  errors: { NO_SUCH_SESSION: [-1, '该设备未登录'] },
  handler: async (context, { sessionId }) => {
    if ((await endOwn(context, sessionId)) === 0) refuse('NO_SUCH_SESSION');
    return { info: '操作成功' };
  },
});

export const endOtherSessions = endpoint({
  path: '/user/endOtherSessions',
  ours: true,
  title: '下线其他设备',
  summary: 'Ends all my sessions but this one, and tells how many.',
  params: {},
  data: wire.object({ ended: wire.count('已下线的设备数') }),
  perMinute: 30,
  handler: async (context) => ({ ended: await endOthers(context) }),
});
