import { defineConfig } from 'vitest/config';

/** They take long, and a server on sqld has the sockets of one on a file. */
const LONG = ['test/e2e/evening-cut.test.ts', 'test/e2e/restart.test.ts'];

/** What every home does with the same code: once is enough, on the Worker, unless SOAK asks for all. */
const ALIKE = ['bad-input', 'strangers', 'operations-walk', 'conversations'].map(
  (name) => `test/e2e/${name}.test.ts`,
);

function excluded(): string[] {
  if (process.env['TARGET'] === 'bun-sqld') return LONG;
  return process.env['TARGET'] === 'binary' && process.env['SOAK'] !== '1' ? ALIKE : [];
}

/** The black-box suite against one running server: see test/e2e/support/target.ts for TARGET. */
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    exclude: excluded(),
    globalSetup: ['test/support/built.ts', 'test/e2e/support/setup.ts'],
    // vitest's default pool, forks, does not start under Bun.
    pool: 'threads',
    // Files share what they import: most of the run was loading the same modules again.
    isolate: false,
    // By default one processor stays free, but tests wait for jobs, news and their server more than they work.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
