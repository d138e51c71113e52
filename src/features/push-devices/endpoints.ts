import { sql } from 'drizzle-orm';
import { pushDevices } from '../../../db/schema/sessions.ts';
import type { UserId } from '../../core/ids.ts';
import { filled, integer, orElse, text } from '../../http/params.ts';
import { info } from '../../http/wire.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import { endpoint } from '../../realtime/endpoint.ts';

/** What the statements here want. */
type Wanted = {
  readonly me: UserId;
  readonly device: number;
  readonly token: string;
  readonly provider: string;
  readonly appVersion: string;
  readonly now: number;
};

/** A device that changed hands pushes to its new owner alone. */
const takeFromOthers = prepareChange<{ token: string; me: UserId; device: number }>(
  sql`DELETE FROM ${pushDevices} WHERE token = ${p('token')} AND NOT (user_id = ${p('me')} AND device = ${p('device')})`,
);
const bind = prepareChange<Wanted>(
  sql`INSERT INTO ${pushDevices} (user_id, device, token, provider, app_version, updated_at)
    VALUES (${p('me')}, ${p('device')}, ${p('token')}, ${p('provider')}, ${p('appVersion')}, ${p('now')})
    ON CONFLICT (user_id, device) DO UPDATE SET token = excluded.token, provider = excluded.provider,
      app_version = excluded.app_version, updated_at = excluded.updated_at`,
);

export const bindXgToken = endpoint({
  no: 63,
  path: '/chat/bindXgToken',
  title: '信鸽推送设备绑定接口',
  summary:
    'Keeps where push messages for one of my devices go, until its session ends. Here `token` is the push token.',
  params: {
    token: filled('设备唯一识别码', 512),
    device: integer('设备类型：1 安卓 2 ios 3 pc 4 网页；会话本身有类型时以会话为准', 0, 4),
    provider: orElse(text('推送服务，如 jpush、fcm、apns', 20), ''),
    appVersion: orElse(text('App 版本', 32), ''),
  },
  ownsToken: true,
  data: info('绑定成功'),
  invalid: '绑定失败',
  handler: async (context, { token, device, provider, appVersion }) => {
    const values = {
      me: context.caller.userId,
      token,
      // Its pushes end with the session, so the kind is the session's own, where it has one.
      device: context.caller.device || device,
      provider,
      appVersion,
      now: context.clock.now(),
    };
    await context.db.write({ takeFromOthers: takeFromOthers(values), bind: bind(values) });
    return { info: '绑定成功' };
  },
});
