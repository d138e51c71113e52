import { Database } from 'bun:sqlite';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrations } from '../../db/migrations.generated.ts';
import { databaseOf, type Machine, machine, type Said } from '../support/bad-day.ts';
import { teahouseProgram } from '../support/built.ts';
import { freePort } from '../support/sqld.ts';

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

/** What works beside a server, or looks at its database. */
const BESIDE = ['reconcile', 'jobs', 'backup', 'admin payouts list', 'admin users find 1'];

const sql = (file: string, ...statements: string[]) => {
  const database = new Database(file, { create: true });
  for (const statement of statements) database.run(statement);
  database.close();
};

describe('in the wrong folder', () => {
  test(
    'no command makes a database, each names the one it looked for, and fails',
    async () => {
      for (const said of await expectOneLineEach(BESIDE, /^There is no database at .*teahouse\.db\./))
        expect(said.on).toBe(it.file);
      expect(existsSync(it.data)).toBe(false);
    },
    LONG,
  );

  test(
    'no command takes an empty file for a database, or another program’s for its own',
    async () => {
      mkdirSync(it.data);
      writeFileSync(it.file, '');
      await expectOneLineEach(BESIDE, /empty|no database/);
      expect(statSync(it.file).size).toBe(0);
      rmSync(it.file);
      sql(it.file, 'CREATE TABLE recipes (name TEXT)');
      await expectOneLineEach(BESIDE, /no tables of Teahouse|no database of Teahouse/);
      await expectOneLineEach(['serve', 'migrate'], /another program’s: it has a table recipes/);
      const tables = new Database(it.file).query("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
      expect(tables).toEqual([{ name: 'recipes' }]);
    },
    LONG,
  );

  test(
    'a server whose folder was moved away is not ready, and reconcile does not take nothing for books',
    async () => {
      const server = await it.serve();
      expect(await server.readyz()).toEqual({ status: 200, body: { status: 'ready' } });
      renameSync(it.data, `${it.data}-elsewhere`);
      expect(await server.readyz()).toEqual({ status: 503, body: { status: 'database moved' } });
      expectOneLine(await it.teahouse('reconcile'), /There is no database/);
      renameSync(`${it.data}-elsewhere`, it.data);
      expect(await server.readyz()).toEqual({ status: 200, body: { status: 'ready' } });
      expect(await it.teahouse('reconcile')).toMatchObject({ exit: 0, out: 'The books balance.' });
    },
    LONG,
  );
});

describe('an older or a newer program', () => {
  beforeEach(() => void mkdirSync(it.data));

  test(
    'leaves an older database as it is, and says what to do',
    async () => {
      await databaseOf(it.file, 20);
      const commands = BESIDE.filter((command) => command !== 'backup');
      await expectOneLineEach(commands, /belongs to an older version: it lacks 0020_.*upgrade/);
      const [count] = new Database(it.file).query('SELECT count(*) FROM _migrations').values().flat();
      expect(count).toBe(20);
    },
    LONG,
  );

  test(
    'refuses a newer database, names what it does not know, and takes only what an operator accepts',
    async () => {
      await databaseOf(it.file, migrations.length, '9001_tomorrow');
      const commands = ['serve', 'migrate', 'reconcile', 'admin payouts list'];
      await expectOneLineEach(commands, /newer version: it has 9001_tomorrow/);
      const accepting = { ACCEPT_MIGRATIONS: '9001_tomorrow' };
      const server = await it.serve(accepting);
      expect(await server.readyz()).toMatchObject({ status: 200 });
      expect((await it.teahouse('reconcile', accepting)).exit).toBe(0);
      sql(it.file, "INSERT INTO _migrations VALUES ('9002_later', 0)");
      expect(await server.readyz()).toEqual({
        status: 503,
        body: { status: 'newer schema', migrations: ['9002_later'] },
      });
    },
    LONG,
  );

  test(
    'does not migrate under the feet of a server that runs',
    async () => {
      const server = await it.serve();
      const last = migrations.at(-1)?.tag;
      sql(it.file, `DELETE FROM _migrations WHERE tag = '${last}'`);
      expectOneLine(await it.teahouse('migrate'), /A server runs on .*stop it first/);
      sql(it.file, `INSERT INTO _migrations VALUES ('${last}', 0)`);
      expect(await it.teahouse('migrate')).toMatchObject({ exit: 0, out: 'The database is up to date.' });
      await server.end();
    },
    LONG,
  );
});

describe('a second server', () => {
  test(
    'on the same database is refused, commands are not, and the lock goes with the process',
    async () => {
      const first = await it.serve();
      expectOneLine(await it.teahouse('serve', { PORT: '0' }), /Another server runs on .*teahouse\.db/);
      const commands = ['reconcile', 'jobs', 'backup', 'admin reports list'];
      const beside = await Promise.all(commands.map((command) => it.teahouse(command)));
      expect(beside.map(({ exit }) => exit)).toEqual([0, 0, 0, 0]);
      expect((await first.readyz()).status).toBe(200);
      await first.end('SIGKILL');
      expect((await (await it.serve()).readyz()).status).toBe(200);
    },
    LONG,
  );

  test(
    'on a port that is taken, or an address that is none of ours, is told so',
    async () => {
      const taken = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response('') });
      const there = await it.teahouse('serve', { PORT: String(taken.port) });
      expectOneLine(there, new RegExp(`^PORT ${taken.port} on 127.0.0.1 is taken`));
      await taken.stop(true);
      const elsewhere = { PORT: '0', HOST: '203.0.113.7', SANDBOX_PUBLIC: '1' };
      expectOneLine(await it.teahouse('serve', elsewhere), /HOST is no address of this machine/);
    },
    LONG,
  );

  test(
    'health says that nobody answers, and what a server that is not ready says',
    async () => {
      const settings = { PORT: String(await freePort()) };
      expectOneLine(await it.teahouse('health', settings), /readyz does not answer/);
      const server = await it.serve(settings);
      expect(await it.teahouse('health', settings)).toMatchObject({ exit: 0, out: '{"status":"ready"}' });
      renameSync(it.file, `${it.file}.away`);
      expectOneLine(await it.teahouse('health', settings), /answers 503: .*database moved/);
      renameSync(`${it.file}.away`, it.file);
      await server.end();
    },
    LONG,
  );
});

describe('a command', () => {
  test('whose reader goes away ends without a stack, and with 1 where something was not written', () => {
    const env = { PATH: process.env['PATH'] ?? '' };
    // The reader is gone before the first line.
    const script = `(sleep 0; "$0" config; echo "exit $?" >&2) | true`;
    const { stderr } = spawnSync('bash', ['-c', script, teahouseProgram()], { env, encoding: 'utf8' });
    expect(stderr).toBe('The output was closed before all of it was written.\nexit 1\n');
  });

  test(
    'says how it is called, and runs nothing, wherever --help stands',
    async () => {
      const commands = ['migrate -h', 'jobs --help', 'backup x --help', 'serve --help', 'restore --help'];
      const others = ['reconcile --bogus --help', 'admin users --help', 'health -h'];
      for (const command of [...commands, ...others]) {
        const { exit, out, lines } = await it.teahouse(command);
        expect([exit, lines], command).toEqual([0, []]);
        expect(out).toContain(`teahouse ${command.split(' ')[0]}`);
      }
      expect(readdirSync(it.folder)).toEqual([]);
    },
    LONG,
  );

  test(
    'that is called with what it does not know is refused, and runs nothing',
    async () => {
      const commands = [
        'serve --dmeo',
        '--bogus',
        'migrate --force',
        'backup --flies',
        'jobs now',
        'config x',
      ];
      await expectOneLineEach(commands, /^(Unknown option|What is) .*Usage: teahouse /);
      expect(readdirSync(it.folder)).toEqual([]);
    },
    LONG,
  );

  test(
    'whose remote database is away says which, without what is secret in its URL',
    async () => {
      const url = `http://user:secret@127.0.0.1:${await freePort()}`;
      const said = await it.teahouse('reconcile', { DATABASE_URL: url, DATABASE_AUTH_TOKEN: 'token' });
      expectOneLine(said, /cannot be reached/);
      expect(said.on).toBe(url.replace('user:secret@', ''));
    },
    LONG,
  );
});

describe('other secrets', () => {
  const drawn = () => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64');

  test(
    'than the database was written with are refused by name, until an operator accepts them',
    async () => {
      await it.liveOnce();
      const other = { DATA_KEY: drawn(), PORT: '0' };
      for (const command of ['serve', 'admin identity list', 'secrets'])
        expectOneLine(
          await it.teahouse(command, other),
          /^DATA_KEY is not the one .*teahouse secrets accept/,
        );
      for (const command of ['reconcile', 'backup'])
        expect((await it.teahouse(command, other)).exit, command).toBe(0);
      expect(await it.teahouse('secrets')).toMatchObject({
        exit: 0,
        out: expect.stringMatching(/are those that/),
      });
      expect(await it.teahouse('secrets accept', other)).toMatchObject({
        exit: 0,
        out: 'Accepted: DATA_KEY.',
      });
      await (await it.serve({ DATA_KEY: other.DATA_KEY })).end();
      expectOneLine(await it.teahouse('secrets'), /^DATA_KEY is not the one/);
    },
    LONG,
  );

  test(
    'and misspelt settings are told of where a server starts',
    async () => {
      const { lines } = await it.teahouse('serve', { PROT: '1', PORT: '99999' });
      expect(lines).toEqual([
        'Warning: PROT is no setting: is PORT meant?',
        'PORT must be a whole number from 0 to 65535.',
      ]);
    },
    LONG,
  );
});
