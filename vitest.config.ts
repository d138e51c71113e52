import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // They start whole servers, or fetch what they try, and have runs of their own.
    exclude: ['test/e2e/**', 'test/browser/**', 'test/foreign/**'],
    // vitest's default pool, forks, does not start under Bun.
    pool: 'threads',
    // By default one processor stays free: on a small machine half of it.
    maxWorkers: '100%',
    // Files of one worker share what they import: a quarter of the run was loading the same modules again.
    isolate: false,
    globalSetup: 'test/support/built.ts',
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
