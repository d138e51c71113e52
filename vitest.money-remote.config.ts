import { globSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/** A test that fills a wallet, reads the ledger or makes a bank is about money. */
const MONEY = /support\/(money|ledger|payouts)\.ts'/;

const tests = globSync('test/{features,ledger}/**/*.test.ts').filter((path) => {
  const text = readFileSync(path, 'utf8');
  // Tests that start a server themselves do so within `npm test`.
  return MONEY.test(text) && !text.includes('startSqld(');
});

/** The money tests once more, on a libSQL server over HTTP: see test/support/remote-database.ts. */
export default defineConfig({
  test: {
    include: tests,
    env: { TEST_DATABASE: 'sqld' },
    // vitest's default pool, forks, does not start under Bun.
    pool: 'threads',
    // They wait for the server more than they work.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 90_000,
  },
});
