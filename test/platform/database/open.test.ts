import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { BadConfig } from '../../../src/core/bad-config.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { systemRandom } from '../../../src/core/random.ts';
import { openDatabase } from '../../../src/platform/database/open.ts';
import { change, rows } from '../../support/bank.ts';
import { fakeLibsql } from '../../support/fake-libsql.ts';

const folder = mkdtempSync(join(tmpdir(), 'teahouse-open-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open = (url: string) => {
  const settings = { DATABASE_URL: url, DATABASE_AUTH_TOKEN: '', DATABASE_TIMEOUT_MS: 1000 };
  return openDatabase({ ...settings, DATA_DIR: join(folder, 'data') }, systemClock, systemRandom);
};

describe('the database that DATABASE_URL names', () => {
  test.each([
    ['nothing', '', 'data/teahouse.db'],
    ['file: and an absolute path', `file:${folder}/deep/er/one.db`, 'deep/er/one.db'],
    ['file:// and an absolute path', `file://${folder}/two.db`, 'two.db'],
  ])('%s: a file whose folder is made, and which lasts', async (_, url, path) => {
    const first = open(url);
    await first.write([
      change('CREATE TABLE kept (n INTEGER) STRICT'),
      change('INSERT INTO kept VALUES (7)'),
    ]);
    await first.close();
    expect(existsSync(join(folder, path))).toBe(true);
    const second = open(url);
    expect((await second.read([rows('SELECT n FROM kept')]))[0]?.rows).toEqual([[7]]);
    await second.close();
  });

  test(':memory: is a new database each time', async () => {
    const first = open(':memory:');
    await first.write([change('CREATE TABLE kept (n INTEGER) STRICT')]);
    const second = open(':memory:');
    await expect(second.read([rows('SELECT n FROM kept')])).rejects.toThrow('no such table');
    await first.close();
    await second.close();
  });

  test('http:// is a libSQL server', async () => {
    const server = await fakeLibsql(['commit']);
    await open(server.url).write([change('INSERT INTO t VALUES (1)')]);
    expect(server.requests()).toBe(1);
    await server.stop();
  });

  test.each([
    'postgres://localhost/x',
    'data.db',
    'file:',
    'file://host/x.db',
    'file:x.db?mode=ro',
    'ws://localhost',
  ])('%s is refused with what it should be', (url) => {
    expect(() => open(url)).toThrow(BadConfig);
    expect(() => open(url)).toThrow('DATABASE_URL must be "file:PATH"');
  });
});
