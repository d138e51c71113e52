import { defineConfig } from 'vitest/config';

/** Pages in a real Chromium (CHROMIUM, by default /usr/bin/chromium) on the server that TARGET names. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    globalSetup: ['test/support/built.ts', 'test/e2e/support/setup.ts'],
    // vitest's default pool, forks, does not start under Bun.
    pool: 'threads',
    // A browser and its server wait for each other more than they work.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
