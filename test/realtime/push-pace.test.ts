import { expect } from 'vitest';
import { SERVER_RUN, WORKER_RUN } from '../../src/core/in-slices.ts';
import { createLog } from '../../src/core/log.ts';
import { jobs, runJobs } from '../../src/jobs.ts';
import { createDb } from '../../src/platform/database/db.ts';
import type { PushProvider } from '../../src/platform/push/push.ts';
import { sendPushes } from '../../src/realtime/push/send.ts';
import { appTest } from '../support/app-test.ts';
import { change } from '../support/bank.ts';
import { load } from '../support/database.ts';
import { recording } from '../support/plans.ts';

const MEMBERS = load(2000, 500);
const MESSAGES = 10;
const ALL = MEMBERS * MESSAGES;
const FIRST = 200_000;
const MINUTE = 60_000;

let told: number;
let requests: number;
const provider = (perRequest: number): PushProvider => ({
  perRequest,
  async send(_, tokens) {
    told += tokens.length;
    requests += 1;
    return tokens.map(() => 'sent');
  },
});

const members = `(WITH RECURSIVE n (i) AS (SELECT ${FIRST} UNION ALL SELECT i + 1 FROM n WHERE i < ${FIRST + MEMBERS - 1}) SELECT i FROM n)`;

const test = appTest()
  .extend('platformOf', ({ app }) => (perRequest: number) => ({
    ...app.platform,
    push: new Map([['jpush', provider(perRequest)] as const]),
  }))
  /** Ten messages to a group whose members are all away, each with one phone. */
  .extend('sayToAll', ({ app }) => async () => {
    const { time } = app.clock;
    await app.executor.write([
      ...Array.from({ length: MESSAGES }, (_, message) =>
        change(
          `INSERT INTO inbox (user_id, type, msg_id, from_id, from_type, dest_id, content, created_at)
          SELECT i, 2, '', ${FIRST - 1}, 2, 10000, ?, ? FROM ${members}`,
          `第${message}条`,
          time,
        ),
      ),
    ]);
  })
  .extend(
    'waiting',
    ({ app }) =>
      async () =>
        Number((await app.sql('SELECT count(*) FROM push_outbox'))[0]?.[0]),
  );
test.beforeEach(async ({ app, platformOf, sayToAll }) => {
  [told, requests] = [0, 0];
  await sendPushes(platformOf(1000));
  const { time } = app.clock;
  await app.executor.write([
    change(
      `INSERT INTO users (id, mobile, password_hash, name, created_at, updated_at) SELECT i, '+' || i, '', 'u' || i, 0, 0 FROM ${members}`,
    ),
    change(
      `INSERT INTO sessions (id, user_id, device, created_at, expires_at) SELECT i, i, 1, 0, ? FROM ${members}`,
      time + 1e9,
    ),
    change(
      `INSERT INTO push_devices (user_id, device, token, updated_at) SELECT i, 1, 'phone-' || i, 0 FROM ${members}`,
    ),
  ]);
  await sayToAll();
  app.clock.advance(10_000);
});

test('what comes for thousands who are away is told in one run', async ({ app, platformOf, waiting }) => {
  const { executor, writes } = recording(app.executor);
  const platform = { ...platformOf(1000), db: createDb(executor) };
  expect(await sendPushes(platform)).toEqual({ done: ALL, tooLate: 0, secondsBehind: 0 });
  // Some hundreds at a time, so that others have their turn in between.
  expect(writes.length).toBeGreaterThanOrEqual(ALL / 500);
  expect([told, await waiting()]).toEqual([ALL, 0]);
  expect(requests).toBeLessThan(ALL / 100);
});

test('and by a Worker in two, of few calls each', async ({ app, platformOf, waiting }) => {
  const { executor, reads, writes } = recording(app.executor);
  const platform = { ...platformOf(1000), db: createDb(executor) };
  for (const run of [1, 2]) {
    requests = 0;
    await runJobs(platform, jobs, WORKER_RUN);
    const calls = reads.length + writes.length + requests;
    expect(calls, `run ${run}`).toBeLessThan(WORKER_RUN.trips + 100);
    reads.length = 0;
    writes.length = 0;
  }
  expect([told, await waiting()]).toEqual([ALL, 0]);
});

test('where a provider takes one phone a request, a Worker does what it may, and tells how far it is behind', async ({
  app,
  platformOf,
}) => {
  const lines: string[] = [];
  const log = createLog(
    (line) => lines.push(line),
    () => 0,
  );
  const platform = { ...platformOf(1), log };
  const { trips } = WORKER_RUN;
  const first = await sendPushes(platform, WORKER_RUN);
  expect(first.done).toBeGreaterThan(trips / 3);
  expect(requests).toBeLessThanOrEqual(trips / 2);
  expect([first.secondsBehind, lines]).toEqual([0, []]);
  app.clock.advance(2 * MINUTE);
  const { done, secondsBehind } = await sendPushes(platform, WORKER_RUN);
  expect([told, secondsBehind]).toEqual([first.done + done, 130]);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'error', event: 'pushes behind', seconds: 130 },
  ]);
});

test('what nobody could be told within an hour is counted, and said', async ({
  app,
  platformOf,
  waiting,
}) => {
  const lines: string[] = [];
  const log = createLog(
    (line) => lines.push(line),
    () => 0,
  );
  const platform = { ...platformOf(1), log };
  // Some wait in the outbox, the others were not looked at yet.
  const some = await sendPushes(platform, { ...SERVER_RUN, trips: 20 });
  expect(await waiting()).toBeGreaterThan(0);
  app.clock.advance(61 * MINUTE);
  const outcomes = await runJobs(
    platform,
    jobs.filter(({ name }) => name === 'send-pushes'),
  );
  const late = ALL - some.done;
  expect(outcomes.get('send-pushes')).toEqual({ done: 0, tooLate: late, secondsBehind: 0 });
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'error', event: 'pushes too late', devices: late },
    { level: 'info', event: 'job', job: 'send-pushes', tooLate: late },
  ]);
  expect([told, await waiting()]).toEqual([some.done, 0]);
});

test('many phones that take one request each do not wait for each other, and each hears in order', async ({
  app,
}) => {
  const heard = new Map<string, string[]>();
  let [open, most] = [0, 0];
  const slow: PushProvider = {
    perRequest: 1,
    async send({ body }, [token = '']) {
      open += 1;
      most = Math.max(most, open);
      await new Promise((resolve) => setTimeout(resolve, 0));
      heard.set(token, [...(heard.get(token) ?? []), body]);
      open -= 1;
      return ['sent'];
    },
  };
  const push = new Map([['jpush', slow] as const]);
  const { connections } = SERVER_RUN;
  await sendPushes({ ...app.platform, push });
  expect(most).toBe(connections);
  const inOrder = Array.from({ length: MESSAGES }, (_, message) => `第${message}条`);
  for (const bodies of heard.values()) expect(bodies.map((body) => body.split(': ')[1])).toEqual(inOrder);
  expect(heard.size).toBe(MEMBERS);
}, 60_000);
