import { defineConfig } from 'vitest/config';

// Over HTTP (`npm run test:money-remote`) every statement takes longer.
const patience = process.env['TEST_DATABASE'] === 'sqld' ? 3 : 1;

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Both start whole servers and have runs of their own.
    exclude: ['test/e2e/**', 'test/browser/**'],
    // vitest's default pool, forks, does not start under Bun.
    pool: 'threads',
    testTimeout: patience * 20_000,
    hookTimeout: patience * 30_000,
  },
});
