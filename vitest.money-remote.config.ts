import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/** Tests that start a server themselves, within `npm test`. */
const elsewhere = readdirSync('test/money')
  .map((name) => `test/money/${name}`)
  .filter((name) => readFileSync(name, 'utf8').includes('startSqld('));

/** The money tests once more, on a libSQL server over HTTP: see test/support/remote-database.ts. */
export default defineConfig({
  test: {
    include: ['test/money/**/*.test.ts'],
    exclude: elsewhere,
    env: { TEST_DATABASE: 'sqld' },
    // vitest's default pool, forks, does not start under Bun.
    pool: 'threads',
    // They wait for the server more than they work.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 90_000,
  },
});
