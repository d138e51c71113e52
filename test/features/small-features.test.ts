import { describe, expect } from 'vitest';
import { isNewer } from '../../src/features/releases/version.ts';
import { runJobs } from '../../src/jobs.ts';
import { person } from '../support/app.ts';
import { appTest } from '../support/app-test.ts';
import { onDevice } from '../support/realtime.ts';

const test = appTest();

describe('setMsgAlert', () => {
  const it = test.extend(
    'set',
    ({ li }) =>
      (params: Record<string, string | number>, headers = {}) =>
        li.call('/user/setMsgAlert', { content: '喝茶', ...params }, { headers }),
  );

  it('comes back as event 68 when its time has come, once', async ({ app, li, wang, set }) => {
    expect(await set({ seconds: 60 })).toMatchObject({ code: '1', data: { info: '设置成功！' } });
    await runJobs(app.platform);
    expect(await li.events()).toEqual([]);
    app.clock.advance(60_000);
    await Promise.all([runJobs(app.platform), runJobs(app.platform)]);
    expect(await li.events()).toMatchObject([{ type: 68, from: li.id, fromType: 3, dest: li.id }]);
    const content = { content: '喝茶', time: app.clock.now() };
    expect(JSON.parse((await li.events())[0]?.content ?? '')).toEqual(content);
    expect(await wang.events()).toEqual([]);
  });

  it('takes epoch seconds, too', async ({ app, set }) => {
    const at = Math.floor(app.clock.now() / 1000) + 3600;
    expect((await set({ seconds: at })).code).toBe('1');
    expect(await app.sql('SELECT due_at FROM reminders')).toEqual([[at * 1000]]);
  });

  it.for([
    [{ seconds: -5 }, '提醒时间不许大于当前时间'],
    [{ seconds: 0 }, '提醒时间不许大于当前时间'],
    [{ seconds: 1_500_000_000 }, '提醒时间不许大于当前时间'],
    [{ seconds: 9_999_999_999 }, '设置失败'],
    [{ seconds: 'soon' }, '设置失败'],
    [{ seconds: 60, content: '' }, '设置失败'],
    [{ seconds: 60, content: 'x'.repeat(501) }, '设置失败'],
  ] as const)('refuses %o and writes nothing', async ([params, info], { app, set }) => {
    expect(await set(params)).toMatchObject({ code: '-1', data: { info } });
    expect(await app.sql('SELECT * FROM reminders')).toEqual([]);
  });

  it('keeps at most 500 for one user', async ({ app, li, wang, set }) => {
    await app.executor.write([
      {
        sql: `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
          INSERT INTO reminders (id, user_id, content, due_at, created_at) SELECT i, ?, 'x', 9e12, 0 FROM n`,
        params: [li.id],
        kind: 'change',
      },
    ]);
    expect(await set({ seconds: 60 })).toMatchObject({ code: '-1', data: { info: '设置失败' } });
    expect((await wang.call('/user/setMsgAlert', { content: 'x', seconds: 60 })).code).toBe('1');
  });
});

describe('Idempotency-Key', () => {
  const it = test
    .extend(
      'alert',
      ({ li }) =>
        (params: Record<string, string | number>, key: string, who = li) =>
          who.call(
            '/user/setMsgAlert',
            { content: '喝茶', seconds: 60, ...params },
            { headers: { 'idempotency-key': key } },
          ),
    )
    .extend(
      'count',
      ({ app }) =>
        async () =>
          (await app.sql('SELECT count(*) FROM reminders'))[0]?.[0],
    );

  it('gives the first answer again, also to calls that race', async ({ alert, count }) => {
    const replies = await Promise.all(Array.from({ length: 8 }, () => alert({}, 'k1')));
    expect(replies.map((reply) => reply.code)).toEqual(Array(8).fill('1'));
    expect(await count()).toBe(1);
    const again = await alert({}, 'k1');
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await count()).toBe(1);
  });

  it('refuses other parameters under the same key', async ({ alert, count }) => {
    await alert({}, 'k1');
    expect(await alert({ content: '吃饭' }, 'k1')).toMatchObject({
      code: '-1',
      data: { field: 'requestId' },
    });
    expect(await count()).toBe(1);
  });

  it('belongs to the user and the endpoint', async ({ li, wang, alert, count }) => {
    await alert({}, 'k1');
    expect((await alert({}, 'k1', wang)).code).toBe('1');
    const report = await li.call(
      '/chat/report',
      { destId: wang.id, destType: 0 },
      { headers: { 'idempotency-key': 'k1' } },
    );
    expect(report.code).toBe('1');
    expect(await count()).toBe(2);
  });

  it('may come as the parameter requestId, and is forgotten after seven days', async ({ app, li, count }) => {
    const call = () => li.call('/user/setMsgAlert', { content: '喝茶', seconds: 3600, requestId: 'r1' });
    await call();
    await call();
    expect(await count()).toBe(1);
    app.clock.advance(8 * 24 * 3600 * 1000);
    await runJobs(app.platform);
    const token = await person(app, 'later');
    expect(
      (await token.call('/user/setMsgAlert', { content: '喝茶', seconds: 3600, requestId: 'r1' })).code,
    ).toBe('1');
    expect(await app.sql('SELECT count(*) FROM idempotency_keys')).toEqual([[1]]);
  });

  it('remembers no refusal', async ({ app, alert }) => {
    expect((await alert({ seconds: -1 }, 'k1')).code).toBe('-1');
    expect(await app.sql('SELECT * FROM idempotency_keys')).toEqual([]);
  });

  it('answers nothing to a session that has ended', async ({ app, alert }) => {
    await alert({}, 'k1');
    await app.executor.write([{ sql: 'UPDATE sessions SET ended_at = 1', params: [], kind: 'change' }]);
    expect((await alert({}, 'k1')).code).toBe('601');
  });

  it('is refused when it is no visible text', async ({ alert }) => {
    expect(await alert({}, 'x'.repeat(129))).toMatchObject({ code: '-1', data: { field: 'requestId' } });
  });
});

describe('report', () => {
  test('files a complaint about a user with date texts of China', async ({ li, wang }) => {
    const reply = await li.call('/chat/report', {
      destId: wang.id,
      destType: 0,
      msg: '骚扰',
      imgs: 'https://e.com/1.jpg',
    });
    const date = '2026-11-22 20:00:00';
    const row = {
      userId: String(li.id),
      destId: String(wang.id),
      destType: '0',
      report_msg: '骚扰',
      report_imgs: 'https://e.com/1.jpg',
    };
    expect(reply).toMatchObject({
      code: '1',
      data: { info: { ...row, status: '0', createTime: date, updateTime: date } },
    });
  });

  test.for([
    { destId: 5, destType: 0 },
    { destId: 5, destType: 1 },
    { destId: 'x', destType: 0 },
    { destId: 100000, destType: 7 },
  ])('refuses %o and writes nothing', async (params, { app, li }) => {
    expect(await li.call('/chat/report', params)).toMatchObject({
      code: '-1',
      data: { info: '举报发送失败' },
    });
    expect(await app.sql('SELECT * FROM reports')).toEqual([]);
  });
});

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

describe('getVersion', () => {
  test('answers the newest release flat, without any parameter', async ({ app }) => {
    expect(await app.call('/getVersion')).toMatchObject({
      code: '1',
      data: { versions: '3.9.9', device: '1', isUpdate: '1' },
    });
  });

  test('says so when there is nothing newer, or nothing for that device', async ({ app }) => {
    const nothing = { code: '-1', data: { info: '已经是最新版本' } };
    expect(await app.call('/getVersion', { curversion: '3.9.9' })).toMatchObject(nothing);
    expect(await app.call('/getVersion', { device: 2 })).toMatchObject(nothing);
    expect((await app.call('/getVersion', { curversion: '3.9' })).code).toBe('1');
  });

  test('compares part by part', () => {
    const pairs: [string, string, boolean][] = [
      ['3.10', '3.9.9', true],
      ['3.9.9', '3.10', false],
      ['3.9.1', '3.9', true],
      ['1.0', '1', false],
      ['v2', '1', true],
      ['', '0.0.1', false],
    ];
    expect(pairs.map(([one, other]) => isNewer(one, other))).toEqual(pairs.map(([, , newer]) => newer));
  });
});
