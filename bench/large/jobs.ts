import { SERVER_RUN } from '../../src/core/in-slices.ts';
import { jobs } from '../../src/jobs.ts';
import { createDb } from '../../src/platform/database/db.ts';
import { bunExecutor } from '../../src/platform/database/executor.bun.ts';
import type { Executor } from '../../src/platform/database/executor.ts';
import { testApp } from '../../test/support/app.ts';

/** The longest that one call of the database took of the processor, which is how long it held the thread. */
function watched(inner: Executor) {
  const seen = { calls: 0, longest: 0 };
  const timed =
    (run: Executor['read']): Executor['read'] =>
    async (statements) => {
      const before = process.cpuUsage();
      const results = await run(statements);
      const { user, system } = process.cpuUsage(before);
      seen.calls += 1;
      seen.longest = Math.max(seen.longest, (user + system) / 1000);
      return results;
    };
  return {
    seen,
    executor: { ...inner, read: timed(inner.read), write: timed(inner.write) } satisfies Executor,
  };
}

/** A run of each job as on a server, on a copy of nothing: what it does stays done. */
export async function measureJobs(file: string, now: number, print: (line: string) => void): Promise<void> {
  const { executor, seen } = watched(bunExecutor(file));
  const { platform, close } = await testApp({ executor, env: { MESSAGES_KEPT_DAYS: '250' } });
  const began = performance.now();
  const clock = { now: () => now + Math.floor(performance.now() - began) };
  const push = new Map([
    [
      'jpush',
      {
        perRequest: 1000,
        send: async (_: unknown, tokens: readonly string[]) => tokens.map(() => 'sent' as const),
      },
    ] as const,
  ]);
  print(`\n${'jobs, one run of each'.padEnd(28)}   calls   longest ms   whole ms   done`);
  for (const { name, run } of jobs) {
    Object.assign(seen, { calls: 0, longest: 0 });
    const start = performance.now();
    const result = await run({ ...platform, clock, push, db: createDb(executor) }, SERVER_RUN);
    const took = (performance.now() - start).toFixed(0);
    const done = typeof result === 'number' ? result : result.done;
    print(
      `${name.padEnd(28)}${String(seen.calls).padStart(8)}${seen.longest.toFixed(1).padStart(13)}${took.padStart(11)}${String(done).padStart(7)}`,
    );
  }
  await close();
}
