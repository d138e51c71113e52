import { describe, expect } from 'vitest';
import { runJobs } from '../../../src/jobs.ts';
import { appTest } from '../../support/app-test.ts';

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
