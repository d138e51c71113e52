import { describe, expect, test } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import type { Log } from '../../../src/core/log.ts';
import { systemRandom } from '../../../src/core/random.ts';
import { samplerOf } from '../../../src/platform/trace/sampler.ts';
import { openTrace, type Trace, type TracedCall } from '../../../src/platform/trace/trace.ts';
import { person, testApp } from '../../support/app.ts';

const ENDPOINT = 'http://collector.test:4318';
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

interface Sent {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into what was sent freely
  readonly body: any;
}

/** A collector that keeps what it gets. */
function collector(env: Readonly<Record<string, string>>, answer = () => new Response('{}')) {
  const sent: Sent[] = [];
  const lines: string[] = [];
  const work: Promise<unknown>[] = [];
  const log: Log = { info: () => {}, error: (event) => void lines.push(event) };
  const config = readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, ...env });
  const trace = openTrace(config, {
    clock: { now: () => 1_700_000_000_000 },
    random: systemRandom,
    log,
    fetch: async (url, { headers, body }) => {
      sent.push({ url, headers: headers as Sent['headers'], body: JSON.parse(String(body)) });
      return answer();
    },
  });
  if (!trace) throw new Error('There is no trace.');
  const later = (more: Promise<unknown>) => void work.push(more);
  const spans = () => sent.flatMap(({ body }) => body.resourceSpans[0].scopeSpans[0].spans);
  return { trace, sent, lines, later, work, spans };
}

const CALL: TracedCall = {
  method: 'POST',
  path: '/chat/getUserById',
  status: 200,
  code: '1',
  isFailed: false,
  requestId: 'r-1',
  began: 500,
  ended: 512.25,
  dbUse: { count: 2, ms: 9, from: 501, until: 511 },
  parent: undefined,
};
const tell = async (
  { trace, later }: { trace: Trace; later: (work: Promise<unknown>) => void },
  call = CALL,
) => {
  const kept = trace.answered(call, later);
  await trace.close();
  return kept;
};

describe('a call', () => {
  test('is a span, with one below it that sums up the database', async () => {
    const to = collector({
      OTEL_SERVICE_NAME: 'tea',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test%20a',
    });
    const traceId = await tell(to);
    expect(to.sent).toMatchObject([
      { url: `${ENDPOINT}/v1/traces`, headers: { 'content-type': 'application/json' } },
    ]);
    const [{ resource } = { resource: undefined }] = to.sent.flatMap(({ body }) => body.resourceSpans);
    expect(resource.attributes).toContainEqual({ key: 'service.name', value: { stringValue: 'tea' } });
    expect(resource.attributes).toContainEqual({
      key: 'deployment.environment.name',
      value: { stringValue: 'test a' },
    });
    const [call, database] = to.spans();
    expect(call).toMatchObject({
      traceId,
      name: 'POST /chat/getUserById',
      kind: 2,
      startTimeUnixNano: '1699999999987750000',
      endTimeUnixNano: '1700000000000000000',
      status: {},
    });
    expect(call.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(call.spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(call).not.toHaveProperty('parentSpanId');
    expect(call.attributes).toContainEqual({
      key: 'http.route',
      value: { stringValue: '/chat/getUserById' },
    });
    expect(call.attributes).toContainEqual({ key: 'http.response.status_code', value: { intValue: '200' } });
    expect(database).toMatchObject({ traceId, parentSpanId: call.spanId, name: 'database', kind: 3 });
    expect(database.attributes).toContainEqual({ key: 'teahouse.db.round_trips', value: { intValue: '2' } });
  });

  test('belongs to the trace of its caller, and says where it failed', async () => {
    const to = collector({});
    const parent = { traceId: TRACE, spanId: SPAN, isSampled: true };
    expect(await tell(to, { ...CALL, parent, isFailed: true, dbUse: undefined })).toBe(TRACE);
    expect(to.spans()).toMatchObject([{ traceId: TRACE, parentSpanId: SPAN, status: { code: 2 } }]);
  });

  test('brings along the headers that the collector wants, and goes where traces alone go', async () => {
    const to = collector({
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://other.test/in',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc, x-scope = tea',
    });
    await tell(to);
    expect(to.sent).toMatchObject([
      { url: 'http://other.test/in', headers: { authorization: 'Bearer abc', 'x-scope': 'tea' } },
    ]);
  });
});

describe('spans', () => {
  test('travel in batches, each as soon as it is full', async () => {
    const to = collector({ OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '4', OTEL_BSP_SCHEDULE_DELAY: '25000' });
    for (let i = 0; i < 5; i += 1) to.trace.answered(CALL, to.later);
    expect(to.spans()).toHaveLength(4);
    await to.trace.close();
    await Promise.all(to.work);
    expect(to.sent.map(({ body }) => body.resourceSpans[0].scopeSpans[0].spans.length)).toEqual([4, 4, 2]);
    expect(to.trace.told).toEqual({ exported: 10, dropped: 0 });
  });

  test('are dropped and counted where the collector is away, with one line, and nobody waits', async () => {
    const answers = [
      () => Promise.reject(new Error('refused')),
      async () => new Response('', { status: 503 }),
      async () => new Response('', { status: 302, headers: { location: 'http://elsewhere.test' } }),
    ];
    for (const answer of answers) {
      const to = collector({}, answer as never);
      await tell(to);
      await tell(to);
      await Promise.all(to.work);
      expect(to.trace.told).toEqual({ exported: 0, dropped: 4 });
      expect(to.lines).toEqual(['spans dropped']);
    }
  });

  test('that find no room are dropped, however many there are', async () => {
    let answer = () => {};
    const slow = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const to = collector(
      { OTEL_BSP_MAX_QUEUE_SIZE: '10', OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '10' },
      (async () => {
        await slow;
        return new Response('{}');
      }) as never,
    );
    for (let i = 0; i < 100; i += 1) to.trace.answered(CALL, to.later);
    expect(to.trace.told.dropped).toBeGreaterThan(0);
    answer();
    await to.trace.close();
    await Promise.all(to.work);
    const { exported, dropped } = to.trace.told;
    expect(exported + dropped).toBe(200);
  });
});

test.for([
  ['always_on', undefined, 1],
  ['always_off', undefined, 0],
  ['always_off', true, 0],
  ['traceidratio', undefined, 0.25],
  ['parentbased_always_on', false, 0],
  ['parentbased_always_off', true, 1],
  ['parentbased_always_off', undefined, 0],
  ['parentbased_traceidratio', undefined, 0.25],
  ['parentbased_traceidratio', true, 1],
] as const)('the sampler %s keeps what it says, where the caller says %s', ([name, said, part]) => {
  const config = readConfig({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: '0.25' });
  const isKept = samplerOf(config);
  // The ends of the numbers, evenly over all that there are.
  const traces = Array.from(
    { length: 256 },
    (_, i) => `${'0'.repeat(19)}${i.toString(16).padStart(2, '0')}${'8'.repeat(11)}`,
  );
  expect(traces.filter((trace) => isKept(trace, said)).length / traces.length).toBe(part);
});

test.for([
  [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'OTEL_EXPORTER_OTLP_PROTOCOL'],
  [{ OTEL_TRACES_SAMPLER: 'all' }, 'OTEL_TRACES_SAMPLER'],
  [{ OTEL_TRACES_SAMPLER_ARG: '2' }, 'OTEL_TRACES_SAMPLER_ARG'],
  [{ OTEL_EXPORTER_OTLP_HEADERS: 'no value' }, 'OTEL_EXPORTER_OTLP_HEADERS'],
  [{ OTEL_EXPORTER_OTLP_HEADERS: 'a=%zz' }, 'OTEL_EXPORTER_OTLP_HEADERS'],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' }, 'OTEL_EXPORTER_OTLP_ENDPOINT'],
] as const)('settings that cannot be followed are refused: %s', ([env, name]) => {
  expect(() => readConfig(env)).toThrow(name);
});

test('without a collector there is no trace, nor where traces are turned off', () => {
  const ports = { clock: { now: () => 0 }, random: systemRandom, log: { info() {}, error() {} } };
  expect(openTrace(readConfig({}), ports)).toBeUndefined();
  const off = { OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, OTEL_SDK_DISABLED: 'true' };
  expect(openTrace(readConfig(off), ports)).toBeUndefined();
});

test('a server tells of each call by its declared path, under the trace of the caller, and says so in the log', async () => {
  const to = collector({});
  const lines: Record<string, unknown>[] = [];
  const keep: Log['info'] = (event, facts) => void lines.push({ ...facts, event });
  const platform = { trace: to.trace, later: to.later, log: { info: keep, error: keep } };
  const app = await testApp({ env: { LOG: 'all' }, platform });
  const li = await person(app, 'li');
  const headers = { traceparent: `00-${TRACE}-${SPAN}-01` };
  await li.call('/chat/getUserById', { destId: li.id }, { headers });
  await app.fetch(new Request('http://teahouse.test/getVersion'));
  await to.trace.close();
  await app.close();
  const calls = to.spans().filter(({ kind }) => kind === 2);
  expect(calls.map(({ name, parentSpanId }) => [name, parentSpanId])).toEqual([
    ['POST /chat/getUserById', SPAN],
    ['GET /getVersion', undefined],
  ]);
  expect(lines.map(({ traceId }) => traceId)).toEqual([TRACE, calls[1].traceId]);
  expect(JSON.stringify(to.sent)).not.toContain(li.token);
});
