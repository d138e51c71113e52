import { defineConfig } from 'vitest/config';

/** They take long, and a server on sqld has the sockets of one on a file. */
const LONG = ['test/e2e/evening-cut.test.ts', 'test/e2e/restart.test.ts'];

/**
 * What each home does with the same code runs once, where it is hardest, unless SOAK asks for all: an evening on
 * lines that break has all that one on lines that hold has, and jobs are hardest where a cron starts them.
 */
const ONCE: Readonly<Record<string, readonly string[]>> = {
  workers: [
    'bad-input',
    'conversations',
    'document',
    'evening-cut',
    'operations-walk',
    'operators-life',
    'operators-week',
    'payment-faults',
    'refund-faults',
    'strangers',
  ],
  binary: ['evening'],
};

const file = (name: string) => `test/e2e/${name}.test.ts`;

function excluded(): string[] {
  const target = process.env['TARGET'] ?? '';
  if (target === 'bun-sqld') return LONG;
  if (!(target in ONCE) || process.env['SOAK'] === '1') return [];
  return Object.entries(ONCE).flatMap(([home, names]) => (home === target ? [] : names.map(file)));
}

/** The black-box suite against one running server: see test/e2e/support/target.ts for TARGET. */
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    exclude: excluded(),
    globalSetup: ['test/support/built.ts', 'test/e2e/support/setup.ts'],
    // vitest's default pool, forks, does not start under Bun.
    pool: 'threads',
    // Files share what they import: most of the run was loading the same modules again.
    isolate: false,
    // By default one processor stays free, but tests wait for jobs, news and their server more than they work.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
