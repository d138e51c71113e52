import { defineConfig } from 'vitest/config';

/** They take long, and an executable and a server on sqld have the sockets of the server from source. */
const LONG = ['test/e2e/evening-cut.test.ts', 'test/e2e/restart.test.ts'];
const isVariant = ['binary', 'bun-sqld'].includes(process.env['TARGET'] ?? '');

/** The black-box suite against one running server: see test/e2e/support/target.ts for TARGET. */
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    exclude: isVariant ? LONG : [],
    globalSetup: 'test/e2e/support/setup.ts',
    // vitest's default pool, forks, does not start under Bun.
    pool: 'threads',
    // Files share what they import: most of the run was loading the same modules again.
    isolate: false,
    // By default one processor stays free, but a client waits for its server more than it works.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
