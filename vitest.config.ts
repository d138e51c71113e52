import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // They start whole servers, or fetch what they try, and have runs of their own.
    exclude: ['test/e2e/**', 'test/browser/**', 'test/foreign/**'],
    // vitest's default pool, forks, does not start under Bun.
    pool: 'threads',
    // By default one processor stays free. Some tests wait for programs that they start: others go on meanwhile.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    // Files of one worker share what they import: a quarter of the run was loading the same modules again.
    isolate: false,
    globalSetup: 'test/support/built.ts',
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
