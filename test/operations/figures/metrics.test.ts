import { expect, test } from 'vitest';
import { createApp } from '../../../src/app.ts';
import { readConfig } from '../../../src/config.ts';
import { QUEUE_NAMES } from '../../../src/operations/queues/queues.ts';
import { type AppOptions, person, type TestApp, testApp } from '../../support/app.ts';
import { change } from '../../support/bank.ts';
import { lineOf, scraped } from '../../support/metrics.ts';
import { payer } from '../../support/payments.ts';
import { PRODUCTION } from '../../support/production-settings.ts';

const TOKEN = 'dV3xQ8mL1pZ6tR9wK4yB7nC2sF5hJ0gA';

async function withApp(env: AppOptions['env'], run: (app: TestApp) => Promise<void>) {
  const app = await testApp({ env: env ?? {} });
  try {
    await run(app);
  } finally {
    await app.close();
  }
}
const ask = (app: TestApp, headers: Record<string, string> = {}, method = 'GET') =>
  app.fetch(new Request('http://teahouse.test/metrics', { method, headers }));
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

test('without a token there are no metrics: the answer is that of any path that is not there', async () => {
  await withApp({}, async (app) => {
    const nothing = await app.fetch(new Request('http://teahouse.test/nothing'));
    for (const headers of [{}, bearer(''), bearer(TOKEN)]) {
      const answer = await ask(app, headers);
      expect(answer.status).toBe(nothing.status);
      expect(await answer.text()).toBe(await nothing.clone().text());
    }
  });
});

test('with a token whoever sends it reads them, by GET alone, and nobody else does', async () => {
  await withApp({ METRICS_TOKEN: TOKEN }, async (app) => {
    const wrong = [{}, bearer(''), bearer(TOKEN.slice(1)), bearer(`${TOKEN}x`), { token: TOKEN }];
    for (const headers of [...wrong, { authorization: TOKEN }]) {
      const answer = await ask(app, headers);
      expect(answer.status, JSON.stringify(headers)).toBe(401);
      expect(await answer.text()).not.toContain('teahouse_');
    }
    const answer = await ask(app, bearer(TOKEN));
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.text()).toContain('\nteahouse_database_up 1\n');
    expect((await ask(app, bearer(TOKEN), 'POST')).status).toBe(405);
  });
});

test('they may be on the operators’ side alone', async () => {
  const env = { METRICS_TOKEN: TOKEN, METRICS_AT: 'operators', ADMIN_URL: 'http://admin.teahouse.test' };
  await withApp(env, async (app) => {
    expect((await ask(app, bearer(TOKEN))).status).toBe(404);
    const inside = new Request('http://admin.teahouse.test/metrics', { headers: bearer(TOKEN) });
    expect((await app.fetch(inside)).status).toBe(404);
    const home = {
      platform: { ...app.platform, config: { ...app.platform.config, MODE: 'production' as const } },
    };
    const production = createApp();
    const peer = () => '127.0.0.1';
    expect((await production.fetch(inside.clone(), { ...home, peer })).status).toBe(200);
    const outside = new Request('http://teahouse.test/metrics', { headers: bearer(TOKEN) });
    expect((await production.fetch(outside, { ...home, peer })).status).toBe(404);
  });
});

test.for([
  [{ METRICS_TOKEN: 'short' }, 'METRICS_TOKEN must have at least 32'],
  [{ METRICS_TOKEN: 'a b'.repeat(12) }, 'visible ASCII'],
  [{ METRICS_TOKEN: 'a'.repeat(32), ...PRODUCTION }, 'METRICS_TOKEN is too simple'],
  [
    { ...PRODUCTION, METRICS_TOKEN: PRODUCTION.PAY_PEPPER },
    'METRICS_TOKEN and PAY_PEPPER must not be the same',
  ],
  [{ METRICS_AT: 'operators' }, 'METRICS_AT=operators needs ADMIN_PORT or ADMIN_URL'],
] as const)('settings that would let strangers in, or nobody, are refused: %s', ([env, words]) => {
  expect(() => readConfig(env)).toThrow(words);
});

test('they count calls by the declared path and the code, and never by what a stranger has written', async () => {
  await withApp({ METRICS_TOKEN: TOKEN }, async (app) => {
    const li = await person(app, 'li');
    await li.call('/chat/getUserById', { destId: li.id });
    await li.call('/chat/getUserById', { destId: li.id });
    await li.call('/chat/getUserById', {});
    const strange = 'stranger-7f3a';
    for (const path of [
      `/${strange}`,
      `/upload/${strange}`,
      `/chat/getUserById/${strange}`,
      `/admin/${strange}`,
    ])
      await app.fetch(new Request(`http://teahouse.test${path}`));
    const text = await scraped(app, TOKEN);
    const count = 'teahouse_call_duration_seconds_count';
    expect(lineOf(text, count, { path: '/chat/getUserById', code: '1' })).toBe(2);
    expect(lineOf(text, count, { path: '/chat/getUserById', code: '-1' })).toBe(1);
    expect(lineOf(text, count, { path: 'page', code: '404' })).toBe(2);
    expect(lineOf(text, count, { path: 'file', code: '404' })).toBe(1);
    expect(text).not.toContain(strange);
    expect(text).not.toContain(li.token);
  });
});

test('they count round trips to the database', async () => {
  await withApp({ METRICS_TOKEN: TOKEN }, async (app) => {
    const li = await person(app, 'li');
    const trips = async (kind: string) =>
      lineOf(await scraped(app, TOKEN), 'teahouse_database_duration_seconds_count', { kind }) ?? 0;
    const [reads, writes] = [await trips('read'), await trips('write')];
    await li.call('/user/setMsgAlert', { content: '喝茶', seconds: 3600 });
    expect(await trips('write')).toBe(writes + 1);
    // Each scrape reads, too.
    expect(await trips('read')).toBeGreaterThan(reads);
  });
});

test('they tell what waits, and since when', async () => {
  await withApp({ METRICS_TOKEN: TOKEN }, async (app) => {
    const li = await person(app, 'li');
    const waiting = async (name: string, queue: string) =>
      lineOf(await scraped(app, TOKEN), `teahouse_queue_${name}`, { queue });
    expect(await waiting('waiting', 'reports')).toBe(0);
    expect(await waiting('oldest_seconds', 'reports')).toBe(0);
    const wang = await person(app, 'wang');
    for (const message of ['骂人', '广告'])
      await app.executor.write([
        change(
          `INSERT INTO reports (user_id, dest_type, dest_id, message, created_at, updated_at) VALUES (?, 0, ?, ?, ?, 0)`,
          li.id,
          wang.id,
          message,
          app.clock.now(),
        ),
      ]);
    app.clock.advance(90_000);
    expect(await waiting('waiting', 'reports')).toBe(2);
    expect(await waiting('oldest_seconds', 'reports')).toBe(90);
  });
});

test('they tell of every queue of operators, and of pushes', async () => {
  await withApp({ METRICS_TOKEN: TOKEN }, async (app) => {
    const text = await scraped(app, TOKEN);
    for (const name of ['waiting', 'oldest_seconds']) {
      const told = [...text.matchAll(new RegExp(`^teahouse_queue_${name}\\{queue="(\\w+)"\\} 0$`, 'gm'))];
      expect(told.map(([, queue]) => queue)).toEqual([...QUEUE_NAMES, 'pushes']);
    }
  });
});

test('they tell where the money is: all accounts that are nobody’s, and what people have', async () => {
  await withApp({ METRICS_TOKEN: TOKEN }, async (app) => {
    await payer(app, '50.00');
    await payer(app, '7.00');
    const text = await scraped(app, TOKEN);
    expect(lineOf(text, 'teahouse_wallets_fen')).toBe(5700);
    expect(lineOf(text, 'teahouse_ledger_balance_fen', { account: 'cash_in' })).toBe(-5700);
    expect(lineOf(text, 'teahouse_ledger_balance_fen', { account: 'red_packet_escrow' })).toBe(0);
  });
});

test('they come without the database, too, and say so', async () => {
  const app = await testApp({ env: { METRICS_TOKEN: TOKEN } });
  await app.executor.close();
  const text = await scraped(app, TOKEN);
  expect(lineOf(text, 'teahouse_database_up')).toBe(0);
  expect(lineOf(text, 'teahouse_database_failures_total', { kind: 'read' })).toBe(1);
});

test('they tell how the books stood at the last whole look, and nothing before the first', async () => {
  await withApp({ METRICS_TOKEN: TOKEN }, async (app) => {
    const told = async () => {
      const text = await scraped(app, TOKEN);
      return ['findings', 'checked_timestamp_seconds'].map((name) => lineOf(text, `teahouse_ledger_${name}`));
    };
    expect(await told()).toEqual([undefined, undefined]);
    const look = (id: number, started: number, finished: number | null, problems: number) =>
      app.executor.write([
        change(
          `INSERT INTO ledger_checks (id, started_at, finished_at, asked_by, progress, problems) VALUES (?, ?, ?, '', '', ?)`,
          id,
          started,
          finished,
          problems,
        ),
      ]);
    await look(1, 1000, 5000, 0);
    await look(2, 6000, 9000, 3);
    await look(3, 10_000, null, 0);
    expect(await told()).toEqual([3, 9]);
  });
});
