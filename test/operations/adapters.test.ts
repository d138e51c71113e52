import { afterAll, describe, expect, test } from 'vitest';
import { sealAudit } from '../../src/operations/audit/seal.ts';
import { verifyAudit } from '../../src/operations/audit/verify.ts';
import { hardestAdapters } from '../support/adapters.ts';
import { person } from '../support/app.ts';
import { operate, operatedApp } from '../support/operate.ts';
import { startSqld } from '../support/sqld.ts';

const sqld = await startSqld();
const adapters = hardestAdapters(sqld);
afterAll(async () => {
  for (const adapter of adapters) adapter.dispose();
  await sqld?.stop();
});

describe.each(adapters.map((each) => [each.name, each] as const))('on %s', (_, adapter) => {
  test('acts that race among others leave one row each, and those that were refused none', async () => {
    const executor = await adapter.openMigrated();
    try {
      const app = await operatedApp({ executor });
      const people = await Promise.all(Array.from({ length: 4 }, () => person(app)));
      const act = (verb: string, user: number) => operate(app, 'moderator', `users.${verb}`, { user });
      const calls = people.flatMap(({ id }) => [
        act('disable', id),
        act('enable', id),
        act('disable', id),
        act('end-sessions', id),
      ]);
      const done = (await Promise.all(calls)).filter(({ status }) => status === 200).length;
      expect(done).toBeGreaterThanOrEqual(people.length);
      await sealAudit(app.platform);
      const { db, keys } = app.platform;
      const found = await verifyAudit(db, keys.audit, app.clock.now());
      expect(found).toMatchObject({ faults: [], acts: done, seals: 1, unsealed: undefined });
    } finally {
      await executor.close();
      await adapter.reset();
    }
  });
});
