import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import { bunExecutor } from '../../../src/platform/database/executor.bun.ts';
import { migrate } from '../../../src/platform/database/migrate.ts';
import { diskFiles } from '../../../src/platform/files/disk.ts';
import { type TestApp, testApp } from '../../support/app.ts';
import { liveDays, putUpload, stateOf, sweepAll } from '../../support/uploads.ts';

/** A folder of data that an older version made (test/fixtures/README.md). */
const fixture = join(import.meta.dirname, '../../fixtures/before-upload-rows.tar.gz');
let folder: string;
let app: TestApp;
let served: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'teahouse-older-'));
  const unpacked = spawnSync('tar', ['-xzf', fixture, '-C', folder]);
  if (unpacked.status !== 0) throw new Error(String(unpacked.stderr));
  served = z.array(z.string()).parse(JSON.parse(readFileSync(join(folder, 'served.json'), 'utf8')));
  const executor = bunExecutor(join(folder, 'teahouse.db'));
  await migrate(executor, 0);
  app = await testApp({ executor, platform: { files: diskFiles(join(folder, 'files')) } });
  app.clock.time = Date.UTC(2027, 0, 1);
});
afterEach(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

const allServed = async () => {
  for (const path of served) {
    const response = await app.fetch(new Request(`http://teahouse.test${path}`));
    expect([path, response.status]).toEqual([path, 200]);
    expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(0);
  }
};

test('files from before are served at once, and as long as there is a server, named or not', {
  timeout: 60_000,
}, async () => {
  expect(served.length).toBeGreaterThan(7);
  await allServed();
  await liveDays(app, 100);
  await allServed();
  const rows = await app.sql(
    'SELECT owner_id, state, is_kept, sha256, bytes > 0, made_at < ? FROM uploads',
    app.clock.time,
  );
  // A picture and its smaller copy have one row, and three of the paths.
  expect(rows).toHaveLength(served.length - 2);
  for (const row of rows) expect(row).toEqual([null, 0, 1, '', 1, 1]);
  const [[bytes, files] = []] = await app.sql('SELECT bytes, files FROM upload_usage WHERE owner_id = 0');
  expect([Number(bytes) > 1000, files]).toEqual([true, rows.length]);
});

test('files that come after go all the same when nothing names them', async () => {
  const key = await putUpload(app);
  await liveDays(app, 45);
  expect(await stateOf(app, key)).toBe(3);
  await allServed();
});

test('a version from before that ran in between made files that stay, too', async () => {
  await sweepAll(app);
  const [path = ''] = served;
  const key = path.split('/').at(-1) ?? '';
  await app.executor.write([{ sql: 'DELETE FROM uploads WHERE key = ?', params: [key], kind: 'change' }]);
  await liveDays(app, 60);
  expect(await stateOf(app, key)).toBe(0);
  await allServed();
});
