import { afterAll, expect, test, vi } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { migrate } from '../../../src/platform/database/migrate.ts';
import { executorOn } from '../../support/adapters.ts';
import { startSqld } from '../../support/sqld.ts';

// Only workerd has it; the class of an object is not made here.
vi.mock('cloudflare:workers', () => ({ DurableObject: class {} }));
const { openWorkerHome } = await import('../../../src/homes/worker/home.ts');

const sqld = await startSqld();
afterAll(() => sqld?.stop());
const MINUTE = 60_000;

test.runIf(sqld)(
  'a Worker that serves stops within a minute of a newer version’s migration, and not for one that is accepted',
  async () => {
    if (!sqld) return;
    const executor = executorOn(sqld);
    await migrate(executor, systemClock.now());
    const run = (sql: string) => executor.write([{ sql, params: [], kind: 'change' }]);
    const looks: Promise<unknown>[] = [];
    const settings = { MODE: 'sandbox', DATABASE_URL: sqld.url, DATABASE_AUTH_TOKEN: sqld.token };
    // Of the bindings opening asks the bucket alone, for what must not come back with a restored database.
    const FILES = {
      list: async () => ({ objects: [], delimitedPrefixes: [], truncated: false }),
      head: async () => null,
      put: async () => ({}),
    };
    const bindings = { ...settings, FILES, ACCEPT_MIGRATIONS: '9000_harmless' } as unknown as Parameters<
      typeof openWorkerHome
    >[0];
    const open = () =>
      openWorkerHome(bindings, { waitUntil: (work) => void looks.push(work) }, 'https://tea.test');
    const clock = vi.spyOn(systemClock, 'now');
    const started = Date.now();
    const at = (ms: number) => clock.mockReturnValue(started + ms);
    try {
      at(0);
      await open();
      await run("INSERT INTO _migrations VALUES ('9000_harmless', 0)");
      at(MINUTE);
      await open();
      await Promise.all(looks.splice(0));
      await run("INSERT INTO _migrations VALUES ('9001_tomorrow', 0)");
      at(2 * MINUTE - 1);
      await open();
      expect(looks).toEqual([]);
      at(2 * MINUTE);
      await open();
      expect(looks).toHaveLength(1);
      await Promise.all(looks.splice(0));
      await expect(open()).rejects.toMatchObject({
        name: 'WrongSchema',
        standing: { migrations: ['9001_tomorrow'] },
      });
      await run("DELETE FROM _migrations WHERE tag = '9001_tomorrow'");
      await open();
    } finally {
      clock.mockRestore();
      await executor.close();
    }
  },
);
