import { describe, expect } from 'vitest';
import { jobs, runJobs } from '../../../src/jobs.ts';
import { type Day, within } from '../../../src/operations/figures/list.ts';
import { noteOwn } from '../../../src/operations/figures/note.ts';
import { DatabaseUnavailable } from '../../../src/platform/database/executor.ts';
import { person, type TestApp } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';
import { change } from '../../support/bank.ts';
import { lineOf, scraped } from '../../support/metrics.ts';
import { operate, operatedApp } from '../../support/operate.ts';
import { payer } from '../../support/payments.ts';

const TOKEN = 'dV3xQ8mL1pZ6tR9wK4yB7nC2sF5hJ0gA';
const DAY_MS = 24 * 3600 * 1000;
const test = appTest({ env: { METRICS_TOKEN: TOKEN } });

const write = ({ executor }: TestApp, text: string, ...values: (string | number)[]) =>
  executor.write([change(text, ...values)]);

const job = jobs.filter(({ name }) => name === 'note-figures');
/** Notes what there is, once it is old enough to be counted. */
async function noted(app: TestApp) {
  app.clock.advance(121_000);
  await runJobs(app.platform, job);
  const rows = await app.sql(`SELECT day, name, value FROM daily_figures ORDER BY day, name`);
  const days = Map.groupBy(rows, ([day]) => Number(day));
  return [...days].map(([, all]) =>
    Object.fromEntries(all.map(([, name, value]) => [String(name), Number(value)])),
  );
}

describe('people', () => {
  test('register once, and are active once a day, however often they log in and call', async ({ app }) => {
    const li = await person(app, 'li');
    await person(app, 'wang');
    await li.call('/chat/getUserById', { destId: li.id });
    expect(await noted(app)).toMatchObject([{ registrations: 2, active_people: 2 }]);
    app.clock.advance(DAY_MS);
    for (let i = 0; i < 3; i += 1) await li.call('/chat/getUserById', { destId: li.id });
    await write(
      app,
      'INSERT INTO sessions (id, user_id, device, created_at, expires_at) VALUES (?, ?, 2, ?, 9e15)',
      app.platform.ids.next(),
      li.id,
      app.clock.now(),
    );
    const [first, second] = await noted(app);
    expect(first).toMatchObject({ registrations: 2, active_people: 2 });
    expect(second?.['active_people']).toBe(1);
    expect(second).not.toHaveProperty('registrations');
  });

  test('are active on the day in Shanghai', async ({ app }) => {
    app.clock.time = Date.UTC(2026, 10, 22, 15, 59);
    const li = await person(app, 'li');
    app.clock.advance(120_000); // past midnight there
    await li.call('/chat/getUserById', { destId: li.id });
    expect((await noted(app)).map((day) => day['active_people'])).toEqual([1, 1]);
  });
});

describe('messages and money', () => {
  test('are counted each once, on their day, however often and by however many the job runs', async ({
    app,
  }) => {
    const [li, wang] = [await payer(app, '100.00', 'li'), await person(app, 'wang')];
    const send = (count: number) =>
      write(
        app,
        `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
          INSERT INTO messages (id, msg_id, sender_id, conversation, dest_type, dest_id, type, content, created_at, device)
          SELECT ?2 + i, 'm' || (?2 + i), ?3, 'x', 1, ?4, 2, '茶', ?5, 1 FROM n`,
        count,
        app.platform.ids.next<number>(),
        li.id,
        wang.id,
        app.clock.now(),
      );
    await send(11_000);
    app.clock.advance(121_000);
    await Promise.all([runJobs(app.platform, job), runJobs(app.platform, job)]);
    expect(await noted(app)).toMatchObject([
      { messages: 11_000, money_moved_fen: 10_000, wallets_fen: 10_000 },
    ]);
    app.clock.advance(DAY_MS);
    await send(3);
    const [first, second] = await noted(app);
    expect(first).toMatchObject({ messages: 11_000, money_moved_fen: 10_000 });
    expect(second).toMatchObject({ messages: 3, wallets_fen: 10_000 });
    expect(second).not.toHaveProperty('money_moved_fen');
  });
});

describe('calls', () => {
  test('are added up, with those that failed, and what took how long; pages and files are none', async ({
    app,
  }) => {
    const get = (path: string) => app.fetch(new Request(`http://teahouse.test${path}`));
    await noted(app);
    for (const path of ['/getVersion', '/getVersion', '/nothing', '/upload/x']) await get(path);
    await write(app, 'ALTER TABLE sms_codes RENAME TO moved');
    await get('/chat/getValidateNum?mobile=13900000001&type=1');
    const [day] = await noted(app);
    expect(day).toMatchObject({ calls: 3, failed_calls: 1 });
    const sorted = Object.entries(day ?? {}).filter(([name]) => /^calls_/.test(name));
    expect(sorted.reduce((sum, [, value]) => sum + value, 0)).toBe(3);
  });

  test('that could not be noted are noted later, and once', async ({ app }) => {
    await app.fetch(new Request('http://teahouse.test/getVersion'));
    const away = () => Promise.reject(new DatabaseUnavailable('away'));
    await expect(noteOwn({ ...app.platform, db: { ...app.platform.db, write: away } })).rejects.toThrow(
      'away',
    );
    expect(await noted(app)).toMatchObject([{ calls: 1 }]);
    expect(await noted(app)).toMatchObject([{ calls: 1 }]);
  });

  test('have their time between the bounds where it lies', () => {
    const day = (figures: Day['figures']): Day => ({ day: 1, figures });
    expect(within(day({}), 0.95)).toBeUndefined();
    expect(within(day({ calls: 100, calls_within_5ms: 90, calls_within_10ms: 10 }), 0.95)).toBe(7.5);
    expect(within(day({ calls: 100, calls_within_1ms: 100 }), 0.95)).toBe(0.95);
    expect(within(day({ calls: 10, calls_longer: 10 }), 0.95)).toBe(5000);
  });
});

test('jobs say when they ran, how long, and how often they failed', async ({ app, clock }) => {
  const fails = { name: 'fails', everySeconds: 1, run: () => Promise.reject(new Error('no')) };
  await runJobs(app.platform, [...job, fails]);
  await runJobs(app.platform, [fails]);
  const at = clock.now() / 1000;
  await runJobs(app.platform, job);
  const text = await scraped(app, TOKEN);
  const of = (name: string, task: string) => lineOf(text, `teahouse_job_${name}`, { task });
  expect(of('runs_total', 'fails')).toBe(2);
  expect(of('failures_total', 'fails')).toBe(2);
  expect(of('last_run_timestamp_seconds', 'fails')).toBe(at);
  expect(of('failures_total', 'note-figures')).toBe(0);
});

test('uploads are added up as they come and go', async ({ app, li }) => {
  const bytes = async () => {
    const text = await scraped(app, TOKEN);
    return ['bytes', 'files'].map((name) => lineOf(text, `teahouse_upload_${name}`));
  };
  const put = (key: string, size: number) =>
    write(
      app,
      `INSERT INTO uploads (key, owner_id, bytes, sha256, content_type, made_at, state_since, named_at) VALUES (?, ?, ?, '', '', 0, 0, 0)`,
      key,
      li.id,
      size,
    );
  await put('a', 100);
  await put('b', 50);
  expect(await bytes()).toEqual([150, 2]);
  await write(app, `UPDATE uploads SET bytes = 70, owner_id = NULL WHERE key = 'b'`);
  expect(await bytes()).toEqual([170, 2]);
  await write(app, `DELETE FROM uploads WHERE key = 'a'`);
  expect(await bytes()).toEqual([70, 1]);
});

describe('operators', () => {
  test('see the days, the newest first, between two days, whatever their role', async () => {
    const app = await operatedApp();
    const add = (day: number, name: string, value: number) =>
      write(app, 'INSERT INTO daily_figures (day, name, value) VALUES (?, ?, ?)', day, name, value);
    for (let day = 100; day < 250; day += 1) await add(day, 'messages', day);
    await add(200, 'money_moved_fen', 12_345);
    const list = async (given: object, role: 'viewer' | 'finance' = 'viewer') =>
      (await operate(app, role, 'figures.list', given)).body;
    const page = await list({ from: '1970-04-11', to: '1970-09-07' });
    expect(page).toMatchObject({ total: 150 });
    expect(page.rows).toHaveLength(100);
    expect(page.rows[0]).toMatchObject({ day: '1970-09-07', messages: 249 });
    const rest = await list({ from: '1970-04-11', to: '1970-09-07', after: page.next });
    expect(rest).toMatchObject({ total: 150, next: null });
    expect(rest.rows.at(-1)).toMatchObject({ day: '1970-04-11', messages: 100 });
    const one = await list({ from: '1970-07-20', to: '1970-07-20' }, 'finance');
    expect(one.rows).toEqual([
      {
        day: '1970-07-20',
        registrations: 0,
        activePeople: 0,
        messages: 200,
        movedYuan: '123.45',
        walletsYuan: '0.00',
        calls: 0,
        failedCalls: 0,
      },
    ]);
    for (const from of ['1970-13-01', 'yesterday', '', 5])
      expect((await operate(app, 'viewer', 'figures.list', { from })).status, String(from)).toBe(400);
    expect((await operate(app, 'viewer', 'figures.list', { after: 'x' })).status).toBe(400);
    await app.close();
  });
});
