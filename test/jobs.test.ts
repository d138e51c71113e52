import { expect, test } from 'vitest';
import { WORKER_RUN } from '../src/core/in-slices.ts';
import { silentLog } from '../src/core/log.ts';
import { jobs, runJobs } from '../src/jobs.ts';
import { createDb } from '../src/platform/database/db.ts';

import type { Executor } from '../src/platform/database/executor.ts';
import { person, testApp } from './support/app.ts';
import { seedBacklog } from './support/backlog.ts';
import { change } from './support/bank.ts';
import { freshDatabase } from './support/database.ts';

/** Rows that one batch may change: a few milliseconds of whoever else wants to be served. */
const MOST_ROWS = 2500;

/** Counts the calls of a database, and the most rows that one of them changed. */
function measured(inner: Executor) {
  const seen = { calls: 0, most: 0, of: '' };
  const executor: Executor = {
    ...inner,
    read(statements) {
      seen.calls += 1;
      return inner.read(statements);
    },
    async write(statements) {
      seen.calls += 1;
      const results = await inner.write(statements);
      const rows = results.reduce((sum, { changes }) => sum + changes, 0);
      if (rows > seen.most)
        Object.assign(seen, { most: rows, of: statements.map(({ sql }) => sql).join('; ') });
      return results;
    },
  };
  return { executor, seen };
}

test('however much is left to do, a job changes few rows at a time, a run makes few calls, and the rest is done later', {
  timeout: 60_000,
}, async () => {
  const { executor: inner } = await freshDatabase();
  const app = await testApp({ executor: inner, env: { MESSAGES_KEPT_DAYS: '30' } });
  const left = await seedBacklog(app);
  const start = await left();
  for (const [name, rows] of Object.entries(start)) expect(rows, name).toBeGreaterThan(2000);

  const { executor, seen } = measured(inner);
  const failed: unknown[] = [];
  const log = { ...silentLog, error: (...line: readonly unknown[]) => void failed.push(line) };
  const platform = { ...app.platform, log, db: createDb(executor) };
  await runJobs(platform, jobs, WORKER_RUN);
  expect(seen.calls).toBeLessThanOrEqual(WORKER_RUN.trips + jobs.length * 10);
  expect(failed).toEqual([]);
  // What follows one thing after another comes to the last of them a little later.
  for (let runs = 0; runs < 3; runs += 1) await runJobs(platform, jobs, WORKER_RUN);
  const after = await left();
  for (const [name, rows] of Object.entries(start)) expect(after[name], name).toBeLessThan(rows);

  for (let runs = 0; runs < 40 && Object.values(await left()).some((rows) => rows > 0); runs += 1)
    await runJobs(platform, jobs, WORKER_RUN);
  expect(await left()).toEqual(Object.fromEntries(Object.keys(start).map((name) => [name, 0])));
  expect(seen.most, seen.of).toBeLessThanOrEqual(MOST_ROWS);
  await app.executor.write([change('DELETE FROM presences')]);
  await app.close();
});

test('what runs more than once per minute writes nothing while nothing is due', async () => {
  const { executor: inner } = await freshDatabase();
  const wrote: string[] = [];
  let job = '';
  const executor: Executor = {
    ...inner,
    async write(statements) {
      wrote.push(job);
      return inner.write(statements);
    },
  };
  const app = await testApp({ executor });
  await person(app, '李雷');
  // What an upgrade leaves to do is done then.
  for (let minute = 0; minute < 3; minute += 1) {
    app.clock.advance(61_000);
    await runJobs(app.platform);
  }
  wrote.length = 0;
  app.clock.advance(31_000);
  for (const each of jobs) {
    job = each.name;
    if (each.everySeconds < 60) await runJobs(app.platform, [each]);
  }
  expect(wrote).toEqual([]);
  await app.close();
});
