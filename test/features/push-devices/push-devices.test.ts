import { describe, expect } from 'vitest';
import { appTest } from '../../support/app-test.ts';
import { onDevice } from '../../support/realtime.ts';

const test = appTest();

describe('bindXgToken', () => {
  test('keeps the newest token a device kind, and one owner a token', async ({ app, li, wang }) => {
    await li.call('/chat/bindXgToken', { token: 'a', device: 1, provider: 'jpush', appVersion: '3.9.9' });
    await li.call('/chat/bindXgToken', { token: 'b', device: 1 });
    const tablet = await onDevice(app, wang, 2);
    expect((await tablet.call('/chat/bindXgToken', { token: 'b', device: 2 })).data.info).toBe('绑定成功');
    expect(await app.sql('SELECT user_id, device, token FROM push_devices')).toEqual([[wang.id, 2, 'b']]);
  });

  test('takes its own token parameter never for the session’s', async ({ app, li }) => {
    expect((await app.call('/chat/bindXgToken', { token: li.token, device: 1 })).code).toBe('601');
    expect(await li.call('/chat/bindXgToken', { device: 1 })).toMatchObject({
      code: '-1',
      data: { info: '绑定失败', field: 'token' },
    });
  });
});
