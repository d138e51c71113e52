import { describe, expect } from 'vitest';
import type { Log } from '../../src/core/log.ts';
import { createMetrics } from '../../src/platform/metrics/metrics.ts';
import { type AppOptions, person, testApp } from '../support/app.ts';
import { appTest } from '../support/app-test.ts';

const test = appTest();

type Line = { readonly event: string } & Readonly<Record<string, unknown>>;

/** An application that keeps its lines. */
async function keepingLines(env: Record<string, string>, platform: AppOptions['platform'] = {}) {
  const lines: Line[] = [];
  const keep: Log['info'] = (event, facts) => void lines.push({ ...facts, event });
  const app = await testApp({ env, platform: { ...platform, log: { info: keep, error: keep } } });
  const get = (path: string, headers: Record<string, string> = {}) =>
    app.fetch(new Request(`http://teahouse.test${path}`, { headers }));
  return { app, lines, get };
}

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = `00-${TRACE}-00f067aa0ba902b7-01`;

describe('a line of a call', () => {
  test('says how often the database was asked, and for how long', async () => {
    const { app, lines } = await keepingLines({ LOG: 'all' });
    const li = await person(app, 'li');
    await li.call('/chat/getUserById', { destId: li.id });
    await li.call('/user/setMsgAlert', { content: '喝茶', seconds: 3600 });
    expect(lines.map(({ path }) => path)).toEqual(['/chat/getUserById', '/user/setMsgAlert']);
    for (const line of lines) {
      expect(line['dbCount']).toBeGreaterThanOrEqual(1);
      expect(line['dbMs']).toBeGreaterThan(0);
      expect(line['dbMs']).toBeLessThanOrEqual(Number(line['ms']) + 1);
    }
    await app.close();
  });

  test('says none where the database was not asked', async () => {
    const { app, lines, get } = await keepingLines({ LOG: 'all' });
    await get('/getVersion');
    await get('/getVersion');
    expect(lines.map(({ dbCount, dbMs }) => [dbCount, dbMs === 0])).toEqual([
      [1, false],
      [0, true],
    ]);
    await app.close();
  });

  test('is there for a slow call and for a fault, with the same figures', async () => {
    let time = 0;
    const metrics = createMetrics('bun', () => {
      time += 2000;
      return time;
    });
    const { app, lines, get } = await keepingLines({ LOG: 'errors', LOG_SLOW_MS: '1000' }, { metrics });
    await get('/getVersion');
    expect(lines).toMatchObject([{ event: 'slow', dbCount: 1 }]);
    await app.executor.write([{ sql: 'ALTER TABLE sms_codes RENAME TO moved', params: [], kind: 'change' }]);
    await get('/chat/getValidateNum?mobile=13900000001&type=1');
    const failed = lines.find(({ event }) => event === 'failed');
    expect(failed).toMatchObject({ status: 500, path: '/chat/getValidateNum' });
    expect(failed?.['dbCount']).toBeGreaterThanOrEqual(1);
    await app.close();
  });
});

describe('what a client or a proxy calls a call', () => {
  test('is taken over into the line and the answer', async () => {
    const { app, lines, get } = await keepingLines({ LOG: 'all' });
    const answer = await get('/getVersion', { 'x-request-id': 'edge-7.a_B', traceparent: PARENT });
    expect(answer.headers.get('x-request-id')).toBe('edge-7.a_B');
    expect(lines).toMatchObject([{ requestId: 'edge-7.a_B', traceId: TRACE }]);
    await app.close();
  });

  test.for([
    ['', ''],
    ['x'.repeat(65), ''],
    ['a b', ''],
    ['{"a":1}', ''],
    ['é', ''],
    ['a,b', ''],
    ['<script>', ''],
    ['', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`],
    ['', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['', `00-${TRACE.toUpperCase()}-00f067aa0ba902b7-01`],
    ['', `ff-${TRACE}-00f067aa0ba902b7-01`],
    ['', `${PARENT}-more`],
    ['', `00-${TRACE}-00f067aa0ba902b7`],
    ['', `01-${TRACE}-00f067aa0ba902b7-01-${'x'.repeat(300)}`],
  ] as const)('is ignored where it is none: %s %s', async ([id, parent]) => {
    const { app, lines, get } = await keepingLines({ LOG: 'all' });
    const headers = { ...(id ? { 'x-request-id': id } : {}), ...(parent ? { traceparent: parent } : {}) };
    const answer = await get('/getVersion', headers);
    const own = /^[0-9a-f]{12}-[0-9a-z]+$/;
    expect(answer.headers.get('x-request-id')).toMatch(own);
    expect(lines[0]?.['requestId']).toMatch(own);
    expect(lines[0]).not.toHaveProperty('traceId');
    await app.close();
  });

  test('is taken of a later version of the standard, with what that has beyond', async () => {
    const { app, lines, get } = await keepingLines({ LOG: 'all' });
    await get('/getVersion', { traceparent: `01-${TRACE}-00f067aa0ba902b7-00-more` });
    expect(lines).toMatchObject([{ traceId: TRACE }]);
    await app.close();
  });
});
