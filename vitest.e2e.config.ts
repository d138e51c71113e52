import { defineConfig } from 'vitest/config';

/** The black-box suite against one running server: see test/e2e/support/target.ts for TARGET. */
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    globalSetup: 'test/e2e/support/setup.ts',
    // vitest's default pool, forks, does not start under Bun.
    pool: 'threads',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
