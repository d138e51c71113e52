import { globSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/** Where money is earned, held and spent. */
const ROOMS = [
  'ledger',
  'features/{aa-bills,bank-cards,gifts,pay-password,payment-orders,payouts,receipts,red-packets,transfers}',
  'features/{wallet,wallet-holds,groups/levels}',
];

/** Providers mean the same on every database: `npm test` has these, and a long run has them here as well. */
const OF_PROVIDERS = [
  'test/features/payouts/{answers,crashes,payouts}.test.ts',
  'test/features/payment-orders/{notices,payment-orders,provider-news}.test.ts',
];

// Tests that start a server themselves do so within `npm test`.
const tests = globSync(ROOMS.map((room) => `test/${room}/**/*.test.ts`)).filter(
  (path) => !readFileSync(path, 'utf8').includes('startSqld('),
);

/** The money tests once more, on a libSQL server over HTTP: see test/support/remote-database.ts. */
export default defineConfig({
  test: {
    include: tests,
    exclude: process.env['SOAK'] ? [] : OF_PROVIDERS,
    env: { TEST_DATABASE: 'sqld' },
    // vitest's default pool, forks, does not start under Bun.
    pool: 'threads',
    // They wait for the server more than they work.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 90_000,
  },
});
