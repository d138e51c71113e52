import { globSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/** Where money is earned, held and spent. */
const ROOMS = [
  'ledger',
  'features/{aa-bills,bank-cards,gifts,pay-password,payment-orders,payouts,receipts,red-packets,transfers}',
  'features/{wallet,wallet-holds,groups/levels}',
];

/**
 * What a server decides: who wins a race, what ends by itself, what random lives come to, what a statement walks
 * through. The answers to one person are in `npm test`, and every call meets a server end to end; a long run has
 * them here as well.
 */
const DECIDED_THERE =
  /ledger\/|\/(?:model|races|expiry|drawing|proof|order-ends|plans|wallet-holds|wallet|paid-joining)\.test/;
const isWanted = (path: string) => process.env['SOAK'] === '1' || DECIDED_THERE.test(path);

// Tests that start a server themselves do so within `npm test`.
const tests = globSync(ROOMS.map((room) => `test/${room}/**/*.test.ts`)).filter(
  (path) => isWanted(path) && !readFileSync(path, 'utf8').includes('startSqld('),
);

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
