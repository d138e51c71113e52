import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { reconcile } from '../../src/holds.ts';
import { createDb } from '../../src/platform/database/db.ts';
import { copyDatabase } from '../../src/platform/database/embedded-copy.ts';
import { bunExecutor } from '../../src/platform/database/executor.bun.ts';
import type { Executor } from '../../src/platform/database/executor.ts';
import { migrate } from '../../src/platform/database/migrate.ts';
import { person, testApp } from '../support/app.ts';
import { rows } from '../support/bank.ts';
import { teahouseProgram } from '../support/built.ts';
import { deposit, payment } from '../support/ledger.ts';
import { PRODUCTION } from '../support/production-settings.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'teahouse-backup-'));
  file = join(folder, 'teahouse.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const teahouse = (args: readonly string[], env: Record<string, string> = {}) => {
  const run = spawnSync(teahouseProgram(), args, {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', MODE: 'sandbox', DATA_DIR: folder, ...env },
  });
  return { status: run.status, text: `${run.stdout}${run.stderr}` };
};

/** A database on disk with two people and money on the first. */
async function living(): Promise<{ executor: Executor; ids: number[]; close(): Promise<void> }> {
  const executor = bunExecutor(file);
  await migrate(executor, 0);
  const app = await testApp({ executor });
  const people = [await person(app, '李雷'), await person(app, '王梅')];
  const ids = people.map(({ id }) => id);
  await createDb(executor).write(deposit(ids[0] ?? 0, 1_000_000));
  return { executor, ids, close: () => executor.close() };
}

const contentOf = async (path: string) => {
  const executor = bunExecutor(path);
  const [bills, balances] = await executor.read([
    rows('SELECT * FROM bills ORDER BY 1, 2'),
    rows('SELECT id, balance FROM ledger_accounts ORDER BY id'),
  ]);
  const findings = await reconcile(createDb(executor));
  await executor.close();
  return { bills: bills?.rows, balances: balances?.rows, findings };
};

describe('backup', () => {
  test('is one state of the database while payments go on, with books that balance', async () => {
    const { executor, ids, close } = await living();
    const [from = 0, to = 0] = ids;
    const db = createDb(executor);
    let paying = true;
    const load = (async () => {
      while (paying) await Promise.all(Array.from({ length: 20 }, () => db.write(payment(from, to, 1))));
    })();
    const backup = Bun.spawn([teahouseProgram(), 'backup', join(folder, 'copy.db')], {
      env: { PATH: process.env['PATH'] ?? '', MODE: 'sandbox', DATA_DIR: folder },
      stdout: 'ignore',
    });
    expect(await backup.exited).toBe(0);
    paying = false;
    await load;
    await close();
    const copy = await contentOf(join(folder, 'copy.db'));
    expect(copy.findings).toEqual([]);
    expect(copy.bills?.length).toBeGreaterThan(1);
  });

  test('goes beside the data by its time, with the uploads when asked, and overwrites nothing', async () => {
    await (await living()).close();
    mkdirSync(join(folder, 'files', 'ab'), { recursive: true });
    writeFileSync(join(folder, 'files', 'ab', 'x.jpg'), 'x');
    expect(teahouse(['backup', '--files']).status).toBe(0);
    const made = readdirSync(join(folder, 'backups')).sort();
    expect(made).toEqual([
      expect.stringMatching(/^teahouse-\d{8}-\d{6}\.db$/),
      expect.stringMatching(/\.db\.files$/),
    ]);
    expect(existsSync(join(folder, 'backups', made[1] ?? '', 'ab', 'x.jpg'))).toBe(true);
    const again = teahouse(['backup', join(folder, 'backups', made[0] ?? '')]);
    expect(again).toMatchObject({ status: 1, text: expect.stringContaining('is there already') });
  });

  test('refuses where there is nothing to copy, or nothing that another process can see', () => {
    expect(teahouse(['backup'])).toMatchObject({
      status: 1,
      text: expect.stringContaining('There is no database'),
    });
    expect(teahouse(['backup'], { DATABASE_URL: ':memory:' })).toMatchObject({
      status: 1,
      text: expect.stringContaining('in memory'),
    });
  });
});

describe('restore', () => {
  test('brings back what was, keeps what it replaces, and the books balance', async () => {
    const { executor, ids, close } = await living();
    const copy = join(folder, 'copy.db');
    copyDatabase(file, copy);
    const before = await contentOf(copy);
    await createDb(executor).write(payment(ids[0] ?? 0, ids[1] ?? 0, 500));
    await close();
    expect(teahouse(['restore', copy])).toMatchObject({
      status: 1,
      text: expect.stringContaining('--force'),
    });
    expect(teahouse(['restore', copy, '--force'])).toMatchObject({ status: 0 });
    expect(await contentOf(file)).toEqual(before);
    const kept = readdirSync(folder).find((name) => name.includes('before-restore')) ?? '';
    expect((await contentOf(join(folder, kept))).bills).toHaveLength((before.bills?.length ?? 0) + 2);
  });

  test('refuses while a server has the database open, and leaves it as it is', async () => {
    const { close } = await living();
    const copy = join(folder, 'copy.db');
    copyDatabase(file, copy);
    expect(teahouse(['restore', copy, '--force'])).toMatchObject({
      status: 1,
      text: expect.stringContaining('in use'),
    });
    await close();
    expect((await contentOf(file)).findings).toEqual([]);
  });

  test('refuses what is no sound backup of this mode', async () => {
    await (await living()).close();
    const copy = join(folder, 'copy.db');
    copyDatabase(file, copy);
    writeFileSync(join(folder, 'junk.db'), 'no database at all');
    expect(teahouse(['restore', join(folder, 'junk.db'), '--force']).text).toContain('cannot be restored');
    expect(teahouse(['restore', join(folder, 'none.db'), '--force']).text).toContain('There is no file');
    expect(teahouse(['restore', copy, '--force'], PRODUCTION).text).toContain('sandbox mode');
  });
});
