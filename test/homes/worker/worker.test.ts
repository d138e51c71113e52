import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { migrate } from '../../../src/platform/database/migrate.ts';
import { executorOn } from '../../support/adapters.ts';
import { type BendingProxy, bendingProxy } from '../../support/bending-proxy.ts';
import { buildWorker } from '../../support/built.ts';
import { FULL_COST } from '../../support/password-cost.ts';
import { freePort, type Sqld, startSqld } from '../../support/sqld.ts';
import { startWorkerd, type Workerd } from '../../support/workerd.ts';

const TIMEOUT_MS = 1000;
/** Two waits of the database and some for a busy machine: far below a client's own patience. */
const QUICKLY_MS = 5 * TIMEOUT_MS;

const sqld: Sqld | undefined = await startSqld();
afterAll(() => sqld?.stop());

const SETTINGS = {
  MODE: 'sandbox',
  LOG: 'off',
  DATABASE_TIMEOUT_MS: String(TIMEOUT_MS),
  SMS_RESEND_SECONDS: '0',
};

async function answerOf(worker: Workerd, path: string, params: Record<string, string> = {}, headers = {}) {
  const started = performance.now();
  const body = new URLSearchParams(params);
  const response = await fetch(worker.url + path, { method: 'POST', body, headers });
  const { code, data } = (await response.json()) as { code: string; data: { info: string; token: string } }; // the envelope
  expect(performance.now() - started).toBeLessThan(QUICKLY_MS);
  return { status: response.status, code, data, headers: response.headers };
}

const stateOf = async (worker: Workerd, path: string) => {
  const response = await fetch(worker.url + path);
  return [response.status, await response.json()];
};

describe('the Worker’s bundle', () => {
  let files: string[];
  let code: string;
  beforeAll(() => {
    const folder = buildWorker();
    files = readdirSync(folder).filter((name) => name !== 'README.md' && !name.endsWith('.map'));
    code = readFileSync(join(folder, 'index.js'), 'utf8');
  });

  test('is one script, below 1 MB when compressed', () => {
    expect(files).toEqual(['index.js']);
    expect(gzipSync(code).length).toBeLessThan(1024 * 1024);
  });

  test('asks for nothing of Bun, and of Node only what Workers have', () => {
    const asked = [...code.matchAll(/(?:from|import|require\w*\()\s*["']([a-z]+:[\w/]+)["']/g)];
    const modules = new Set(asked.map(([, name = '']) => name));
    expect(modules.size).toBeGreaterThan(0);
    for (const name of modules)
      expect(name).toMatch(
        /^(cloudflare:workers|node:(buffer|crypto|net|stream|util|events|async_hooks|zlib))$/,
      );
    expect(code).not.toMatch(/\bBun\./);
    expect(code).not.toMatch(/\.node["']/);
  });
});

/** A Worker that cannot open: what it says, and that it says nothing else. */
async function expectClosed(
  settings: Record<string, string>,
  state: string,
  status: number,
  details: Record<string, string[]> = {},
) {
  const worker = await startWorkerd(buildWorker(), settings);
  try {
    expect(await stateOf(worker, '/healthz')).toEqual([200, { status: 'ok' }]);
    expect(await stateOf(worker, '/readyz')).toEqual([503, { status: state, ...details }]);
    const answer = await answerOf(worker, '/getVersion');
    expect(answer).toMatchObject({ status, code: '-1', data: { info: expect.any(String) } });
    expect(Object.keys(answer.data)).toEqual(['info']);
    expect(await worker.runJobs()).not.toBe('ok');
  } finally {
    await worker.stop();
  }
}

describe('a Worker that cannot be opened says so in the envelope', () => {
  const database = { DATABASE_URL: 'http://127.0.0.1:9' };

  test('without MODE', () => expectClosed({ ...SETTINGS, ...database, MODE: '' }, 'misconfigured', 500));

  test('in production without secrets', () =>
    expectClosed({ ...SETTINGS, ...database, MODE: 'production' }, 'misconfigured', 500));

  test('with a file as its database', () =>
    expectClosed({ ...SETTINGS, DATABASE_URL: 'file:teahouse.db' }, 'misconfigured', 500));

  test('while its database is away', async () => {
    const away = { DATABASE_URL: `http://127.0.0.1:${await freePort()}` };
    await expectClosed({ ...SETTINGS, ...away }, 'database away', 503);
  });

  test.runIf(sqld)('on the database of a newer version, or one with a hole', async () => {
    const server = await startSqld();
    if (!server) throw new Error('There is no sqld.');
    const database = { DATABASE_URL: server.url, DATABASE_AUTH_TOKEN: server.token };
    const executor = executorOn(server);
    const run = (sql: string) => executor.write([{ sql, params: [], kind: 'change' }]);
    await migrate(executor, systemClock.now());
    await run("INSERT INTO _migrations VALUES ('9001_tomorrow', 0)");
    await expectClosed({ ...SETTINGS, ...database }, 'newer schema', 503, { migrations: ['9001_tomorrow'] });
    await run("DELETE FROM _migrations WHERE tag = '9001_tomorrow'");
    await run('DROP INDEX users_online');
    await expectClosed({ ...SETTINGS, ...database }, 'schema incomplete', 503, { missing: ['users_online'] });
    await executor.close();
    await server.stop();
  });

  test.runIf(sqld)('before its database has been migrated', () =>
    expectClosed(
      { ...SETTINGS, DATABASE_URL: sqld?.url ?? '', DATABASE_AUTH_TOKEN: sqld?.token ?? '' },
      'not migrated',
      503,
    ),
  );
});

describe.runIf(sqld)('a Worker whose database fails', () => {
  let proxy: BendingProxy;
  let worker: Workerd;
  let headers: Record<string, string>;
  let server: Sqld;

  const remind = (key: string) =>
    answerOf(
      worker,
      '/user/setMsgAlert',
      { content: key, seconds: '3600' },
      { ...headers, 'idempotency-key': key },
    );
  const remindersOf = async (content: string) => {
    const executor = executorOn(server);
    const sql = 'SELECT count(*) FROM reminders WHERE content = ?';
    const [result] = await executor.read([{ sql, params: [content], kind: 'rows' }]);
    await executor.close();
    return result?.rows[0]?.[0];
  };

  beforeAll(async () => {
    if (!sqld) return;
    server = sqld;
    const executor = executorOn(sqld);
    await migrate(executor, systemClock.now());
    await executor.close();
    proxy = await bendingProxy(sqld.url);
    worker = await startWorkerd(buildWorker(), {
      ...SETTINGS,
      DATABASE_URL: proxy.url,
      DATABASE_AUTH_TOKEN: sqld.token,
      DATABASE_TIMEOUT_MS: '15000',
    });
    const mobile = '15768709546';
    const { data } = await answerOf(worker, '/chat/getValidateNum', { mobile });
    await answerOf(worker, '/chat/register', {
      mobile,
      pwd: 'secret1',
      validateNum: data.info,
      name: '林一',
    });
    const login = await answerOf(worker, '/chat/doLogin', { mobie: mobile, pwd: 'secret1' });
    headers = { authorization: `Bearer ${login.data.token}` };
    await worker.stop();
    // The same database with little patience, so that the test needs none either.
    const url = { DATABASE_URL: proxy.url, DATABASE_AUTH_TOKEN: sqld.token };
    worker = await startWorkerd(buildWorker(), { ...SETTINGS, ...url });
    expect((await answerOf(worker, '/getVersion')).code).toBe('1');
  });
  afterAll(async () => {
    await worker?.stop();
    await proxy?.stop();
  });

  test('answers 504 where a write was sent and its answer lost, sends it once, and a retry finds it done', async () => {
    proxy.bend('lose');
    const lost = await remind('lost');
    expect(lost).toMatchObject({ status: 504, code: '-1', data: { info: '操作结果未知，请稍后核实' } });
    expect(proxy.writes('lost')).toBe(1);
    proxy.bend('pass');
    expect(await remindersOf('lost')).toBe(1);
    const again = await remind('lost');
    expect(again).toMatchObject({ status: 200, code: '1' });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await remindersOf('lost')).toBe(1);
  });

  test.each(['hang', 'cut'] as const)('answers 503 quickly where reads %s, and recovers', async (how) => {
    proxy.bend(how);
    expect(await answerOf(worker, '/chat/ready', {}, headers)).toMatchObject({
      status: 503,
      code: '-1',
      data: { info: '服务器繁忙，请稍后重试' },
    });
    expect(await stateOf(worker, '/readyz')).toEqual([503, { status: 'database away' }]);
    proxy.bend('pass');
    expect(await answerOf(worker, '/chat/ready', {}, headers)).toMatchObject({ status: 200, code: '1' });
  });

  test('stores passwords at their full cost', async () => {
    const executor = executorOn(server);
    const sql = 'SELECT password_hash FROM users';
    const [result] = await executor.read([{ sql, params: [], kind: 'rows' }]);
    await executor.close();
    expect(result?.rows).toEqual([[expect.stringMatching(FULL_COST)]]);
  });

  test('counts floods by its bindings: of 61 calls in at most two windows of 30 one is refused', async () => {
    const call = () => answerOf(worker, '/chat/getValidateNum', { mobile: 'none' });
    const answers = await Promise.all(Array.from({ length: 61 }, call));
    const refused = answers.filter(({ code }) => code === '429');
    expect(refused.length).toBeGreaterThan(0);
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(30);
    expect(refused[0]?.headers.get('retry-after')).toBe('60');
  });

  test('runs its jobs by the cron trigger', async () => {
    await answerOf(worker, '/user/setMsgAlert', { content: 'due', seconds: '1' }, headers);
    const executor = executorOn(server);
    const sql = "UPDATE reminders SET due_at = 0 WHERE content = 'due'";
    await executor.write([{ sql, params: [], kind: 'change' }]);
    expect(await worker.runJobs()).toBe('ok');
    const inbox = "SELECT count(*) FROM inbox WHERE content LIKE '%due%'";
    const [result] = await executor.read([{ sql: inbox, params: [], kind: 'rows' }]);
    await executor.close();
    expect(result?.rows).toEqual([[1]]);
    expect(await remindersOf('due')).toBe(0);
  });
});
