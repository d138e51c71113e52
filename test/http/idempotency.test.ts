import { describe, expect } from 'vitest';
import { runJobs } from '../../src/jobs.ts';
import { person } from '../support/app.ts';
import { appTest } from '../support/app-test.ts';

const test = appTest();

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
