import { Database } from 'bun:sqlite';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrations } from '../../db/migrations.generated.ts';
import { databaseOf, type Machine, machine, peopleIn, type Said } from '../support/bad-day.ts';
import { teahouseProgram } from '../support/built.ts';

/** Processes are started by the dozen, and a busy machine is slow at that. */
const LONG = 120_000;

let it: Machine;
beforeEach(() => {
  it = machine();
});
afterEach(() => it.dispose());

/** One clear line on standard error, no stack, and 1. */
function expectOneLine({ exit, lines }: Said, words: RegExp) {
  expect(lines).toEqual([expect.stringMatching(words)]);
  expect(lines[0]).not.toMatch(/\bat \S+:\d+|Error:/);
  expect(exit).toBe(1);
}

/** Each of these commands ends with one such line. */
async function expectOneLineEach(commands: readonly string[], words: RegExp) {
  const all = await Promise.all(commands.map((command) => it.teahouse(command, { PORT: '0' })));
  for (const said of all) expectOneLine(said, words);
  return all;
}

const sql = (file: string, ...statements: string[]) => {
  const database = new Database(file, { create: true });
  for (const statement of statements) database.run(statement);
  database.close();
};

const namesIn = (folder: string) => (existsSync(folder) ? readdirSync(folder) : []);

function writeAt(file: string, at: number, text: string) {
  const bytes = readFileSync(file);
  bytes.write(text, at);
  writeFileSync(file, bytes);
}

describe('a damaged database', () => {
  let backup: string;
  beforeEach(async () => {
    await it.liveOnce();
    backup = join(it.folder, 'good.db');
    expect((await it.teahouse(`backup ${backup}`)).exit).toBe(0);
  }, LONG);
  const kept = (end = '') => {
    const name =
      namesIn(it.data).find((each) => each.includes('before-restore') && each.endsWith(end)) ?? '?';
    return readFileSync(join(it.data, name));
  };

  const damages: readonly (readonly [string, () => void])[] = [
    ['whose header is broken', () => writeAt(it.file, 0, 'no database any more')],
    ['that was cut off', () => truncateSync(it.file, 20_000)],
    ['that is another file', () => writeFileSync(it.file, 'something else '.repeat(1000))],
  ];

  test.each(damages)(
    '%s is named as such, and replaced by restore, which keeps it',
    async (_, damage) => {
      damage();
      const damaged = readFileSync(it.file);
      await expectOneLineEach(['serve', 'reconcile'], /is damaged .*teahouse restore BACKUP --force/);
      const restored = await it.teahouse(`restore ${backup} --force`);
      expect(restored).toMatchObject({ exit: 0, lines: [] });
      expect(kept().equals(damaged)).toBe(true);
      expect(await peopleIn(it.file)).toBe(1);
      expect(await it.teahouse('reconcile')).toMatchObject({ exit: 0, out: 'The books balance.' });
    },
    LONG,
  );

  test(
    'keeps its journal when it is replaced: what it has left may be in there',
    async () => {
      damages[0]?.[1]();
      writeFileSync(`${it.file}-wal`, 'the newest writes');
      expect((await it.teahouse(`restore ${backup} --force`)).exit).toBe(0);
      expect(kept('-wal').toString()).toBe('the newest writes');
      expect(namesIn(it.data)).not.toContain('teahouse.db-wal');
    },
    LONG,
  );

  test(
    'of a running server is not replaced under it, nor is what a restore left made anew',
    async () => {
      const server = await it.serve();
      expectOneLine(await it.teahouse(`restore ${backup} --force`), /A server runs on .*stop it first/);
      expect((await server.readyz()).status).toBe(200);
      await server.end();
      renameSync(it.file, `${it.file}.incoming`);
      expectOneLine(await it.teahouse('serve', { PORT: '0' }), /restore .* was broken off: run it again/);
      expect((await it.teahouse(`restore ${backup}`)).exit).toBe(0);
      expect(await peopleIn(it.file)).toBe(1);
    },
    LONG,
  );

  test(
    'and one that lacks a table or an index, or is a newer version’s, is no backup, and it says why',
    async () => {
      const other = join(it.folder, 'other.db');
      for (const [statement, words] of [
        ['DROP TABLE group_search', /it lacks .*group_search/],
        ['DROP INDEX users_online', /it lacks users_online/],
        ["INSERT INTO _migrations VALUES ('9001_tomorrow', 0)", /made by a newer version .*9001_tomorrow/],
      ] as const) {
        copyFileSync(backup, other);
        sql(other, statement);
        expectOneLine(await it.teahouse(`restore ${other} --force`), words);
      }
      sql(it.file, 'DROP INDEX users_online');
      await expectOneLineEach(['serve', 'admin reports list'], /incomplete: users_online/);
      expectOneLine(await it.teahouse('backup'), /lacks users_online\. No backup was made/);
      expect(namesIn(join(it.data, 'backups'))).toEqual([]);
    },
    LONG,
  );
});

describe('a backup', () => {
  const backups = () => join(it.data, 'backups');

  test(
    'that is killed in the middle has no name, and the next one takes away what it left',
    async () => {
      await it.liveOnce();
      sql(it.file, 'CREATE TABLE bulk (x)', 'INSERT INTO bulk VALUES (randomblob(30000000))');
      const env = { PATH: process.env['PATH'] ?? '', MODE: 'sandbox', DATA_DIR: it.data };
      const begun = () => namesIn(backups()).some((name) => name.endsWith('.part'));
      const killedInTheMiddle = async () => {
        const child = spawn(teahouseProgram(), ['backup'], { env, stdio: 'ignore' });
        const ended = once(child, 'exit');
        while (!begun() && child.exitCode === null) await Bun.sleep(1);
        child.kill('SIGKILL');
        await ended;
        return begun();
      };
      // One that was quicker than the look at its folder has been made, and another one is begun.
      while (!(await killedInTheMiddle())) rmSync(backups(), { recursive: true });
      expect(namesIn(backups())).not.toContainEqual(expect.stringMatching(/\.db$/));
      expect((await it.teahouse('backup')).exit).toBe(0);
      expect(namesIn(backups())).toEqual([expect.stringMatching(/^teahouse-\d{8}-\d{6}\.db$/)]);
    },
    LONG,
  );

  test(
    'beside another one is refused, and leaves that one alone',
    async () => {
      mkdirSync(backups(), { recursive: true });
      await databaseOf(it.file, migrations.length);
      const lock = new Database(`${it.file}.backup-lock`, { create: true });
      lock.run('BEGIN EXCLUSIVE');
      writeFileSync(join(backups(), 'teahouse-20260101-000000.db.part'), 'half');
      expectOneLine(await it.teahouse('backup'), /Another backup .*wait/);
      expect(readdirSync(backups())).toEqual(['teahouse-20260101-000000.db.part']);
      lock.close();
    },
    LONG,
  );

  test(
    'of a damaged database is not made',
    async () => {
      await it.liveOnce();
      writeAt(it.file, 4096 * 3, 'x'.repeat(4096 * 5));
      expectOneLine(await it.teahouse('backup'), /damaged/);
      expect(namesIn(backups())).toEqual([]);
    },
    LONG,
  );
});

describe('files', () => {
  const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

  test(
    'are this user’s alone, those of an earlier version too',
    async () => {
      const folders = [it.data, join(it.data, 'files'), join(it.data, 'backups')];
      for (const folder of folders) mkdirSync(folder);
      const old = join(it.data, 'backups', 'teahouse-20260101-000000.db');
      writeFileSync(old, 'old');
      chmodSync(old, 0o644);
      for (const folder of folders) chmodSync(folder, 0o755);
      const server = await it.serve();
      await it.teahouse('backup');
      const files = readdirSync(it.data, { recursive: true, withFileTypes: true });
      expect(files.length).toBeGreaterThan(5);
      for (const file of files)
        expect(modeOf(join(file.parentPath, file.name)), file.name).toBe(file.isDirectory() ? '700' : '600');
      expect(modeOf(it.data)).toBe('700');
      await server.end();
    },
    LONG,
  );
});
