import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lineOf, namesIn } from '../support/metrics.ts';
import { ADMIN_URL, ownerOf, toAdminHost } from './support/admin-host.ts';
import { startProduction } from './support/production.ts';
import { isAddress, type Target } from './support/target.ts';

const target = process.env['TARGET'] ?? 'bun';
const isWorker = target === 'workers';
const TOKEN = 'dV3xQ8mL1pZ6tR9wK4yB7nC2sF5hJ0gA';
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

/** A collector of traces that keeps the spans that it gets. */
function collector() {
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into spans freely
  const spans: any[] = [];
  const authorized: (string | null)[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const { resourceSpans } = (await request.json()) as {
        // biome-ignore lint/suspicious/noExplicitAny: as above
        resourceSpans: { scopeSpans: { spans: any[] }[] }[];
      };
      authorized.push(request.headers.get('authorization'));
      spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
      return Response.json({});
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, spans, authorized, stop: () => server.stop(true) };
}

describe.skipIf(isAddress(target))('a server that is watched', () => {
  let server: Target;
  const to = collector();
  beforeAll(async () => {
    server = await startProduction(target, {
      ADMIN_URL,
      METRICS_TOKEN: TOKEN,
      OTEL_EXPORTER_OTLP_ENDPOINT: to.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc',
      OTEL_BSP_SCHEDULE_DELAY: '50',
      LOG: 'all',
    });
  }, 180_000);
  afterAll(async () => {
    await server?.stop();
    await to.stop();
  });

  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${server.url}${path}`, { headers });
  const metrics = async () => (await get('/metrics', { authorization: `Bearer ${TOKEN}` })).text();

  test('tells its metrics to whoever has the token, and what this home can know of itself', async () => {
    expect((await get('/metrics')).status).toBe(401);
    expect((await get('/metrics', { authorization: `Bearer ${TOKEN}x` })).status).toBe(401);
    await get('/getVersion');
    const text = await metrics();
    expect(lineOf(text, 'teahouse_database_up')).toBe(1);
    expect(lineOf(text, 'teahouse_queue_waiting', { queue: 'payouts' })).toBe(0);
    expect(lineOf(text, 'teahouse_ledger_balance_fen', { account: 'cash_in' })).toBe(0);
    const count = lineOf(text, 'teahouse_call_duration_seconds_count', { path: '/getVersion', code: '-1' });
    // Each request of a Worker may meet another isolate.
    if (isWorker) expect(count).toBeUndefined();
    else expect(count).toBeGreaterThan(0);
    for (const name of ['process_resident_memory_bytes', 'teahouse_sockets', 'teahouse_disk_free_bytes'])
      expect(namesIn(text).includes(name), name).toBe(!isWorker);
  });

  test('names a call as its caller does, and says in the log how it used the database', async () => {
    const answer = await get('/getVersion?device=2', { 'x-request-id': 'edge-77' });
    expect(answer.headers.get('x-request-id')).toBe('edge-77');
    const line = () => server.lines?.find((each) => each.includes('edge-77'));
    await expect.poll(line, { timeout: 10_000 }).toBeDefined();
    expect(JSON.parse(line() ?? '{}')).toMatchObject({
      event: 'call',
      path: '/getVersion',
      dbCount: expect.any(Number),
      dbMs: expect.any(Number),
    });
  });

  test('tells a collector of its calls, under the trace of the caller', async () => {
    await get('/chat/getValidateNum?mobile=1', { traceparent: `00-${TRACE}-${SPAN}-01` });
    const found = () => to.spans.find(({ traceId }) => traceId === TRACE);
    await expect.poll(found, { timeout: 20_000 }).toBeDefined();
    expect(found()).toMatchObject({ name: 'GET /chat/getValidateNum', parentSpanId: SPAN, kind: 2 });
    expect(new Set(to.authorized)).toEqual(new Set(['Bearer abc']));
  });

  test('keeps the figures of the day, and how its jobs fare', async () => {
    const cookie = await ownerOf(server);
    // Beside a server, as a person does it; of a Worker the cron trigger.
    await (server.runJobs ? server.runJobs() : server.teahouse?.('jobs'));
    const { body } = await toAdminHost(server, 'figures/list', {}, { cookie, origin: ADMIN_URL });
    expect(body).toMatchObject({ total: 1, next: null, rows: [{ walletsYuan: '0.00', registrations: 0 }] });
    expect(lineOf(await metrics(), 'teahouse_job_runs_total', { task: 'sweep-sessions' })).toBeGreaterThan(0);
  }, 120_000);
});
