import { defineConfig } from 'vitest/config';

/** Clients of other people's making, fetched from their registries and run against a server. */
export default defineConfig({
  test: {
    include: ['test/foreign/**/*.test.ts'],
    // vitest's default pool, forks, does not start under Bun.
    pool: 'threads',
    testTimeout: 60_000,
    hookTimeout: 90_000,
  },
});
