import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { Random } from '../../../src/core/random.ts';
import { violatedConstraint } from '../../../src/platform/database/db.ts';
import { libsqlExecutor } from '../../../src/platform/database/executor.libsql.ts';
import {
  DatabaseUnavailable,
  type Executor,
  OutcomeUnknown,
} from '../../../src/platform/database/executor.ts';
import { clientWire } from '../../../src/platform/database/libsql-client.ts';
import { pipelineWire } from '../../../src/platform/database/libsql-pipeline.ts';
import { executorOn } from '../../support/adapters.ts';
import { change, rows } from '../../support/bank.ts';
import { type Behaviour, type FakeLibsql, fakeLibsql, losingProxy } from '../../support/fake-libsql.ts';
import { freePort, startSqld } from '../../support/sqld.ts';

/** The shortest pauses there are. */
const noJitter: Random = { bytes: (count) => new Uint8Array(count), below: () => 0 };
const LONG = 10_000;
const SHORT = 100;

const sqld = await startSqld();
afterAll(() => sqld?.stop());

let server: FakeLibsql | undefined;
let now = 0;
afterEach(async () => {
  await server?.stop();
  server = undefined;
  now = 0;
});

const write = (executor: Executor) => executor.write([change('INSERT INTO t VALUES (1)')]);
const read = (executor: Executor) => executor.read([rows('SELECT 1')]);

const wires = [
  ['@libsql/client', clientWire],
  ['shared requests', pipelineWire],
] as const;

describe.each(wires)('%s', (_wire, wire) => {
  const connect = (url: string, timeoutMs: number): Executor =>
    libsqlExecutor({ url, timeoutMs, wire, clock: { now: () => now }, random: noJitter });

  async function serve(behaviours: readonly [Behaviour, ...Behaviour[]], timeoutMs = LONG) {
    const fake = await fakeLibsql(behaviours);
    server = fake;
    return { fake, executor: connect(fake.url, timeoutMs) };
  }

  describe('a write whose answer is lost', () => {
    test.each<[string, Behaviour, number]>([
      ['by a time-out', 'hang', SHORT],
      ['by a cut connection', 'drop', LONG],
      ['by a connection cut within the answer', 'drop half way', LONG],
      ['by a time-out within the answer', 'stall half way', SHORT],
      ['by an answer that is none', 'garble', LONG],
      ['by a gateway error', { status: 502 }, LONG],
      ['by a gateway time-out', { status: 504 }, LONG],
    ])('%s has an unknown outcome and is sent once', async (_, behaviour, timeoutMs) => {
      const { fake, executor } = await serve([behaviour, 'commit'], timeoutMs);
      await expect(write(executor)).rejects.toThrow(OutcomeUnknown);
      expect(fake.requests()).toBe(1);
    });

    test('on a connection that has served before is still sent once', async () => {
      const { fake, executor } = await serve(['commit', 'drop', 'commit']);
      await write(executor);
      await expect(write(executor)).rejects.toThrow(OutcomeUnknown);
      expect(fake.requests()).toBe(2);
    });

    test('does not stop the next write', async () => {
      const { executor } = await serve(['drop', 'commit']);
      await expect(write(executor)).rejects.toThrow(OutcomeUnknown);
      expect(await write(executor)).toEqual([{ rows: [], changes: 1 }]);
    });

    test('is no violated constraint, whatever its cause says', () => {
      const cause = new Error('connection refused: tcp');
      expect(violatedConstraint(new Error('batch', { cause }))).toBe('tcp');
      expect(violatedConstraint(new OutcomeUnknown('lost', { cause }))).toBeUndefined();
      expect(violatedConstraint(new DatabaseUnavailable('gone', { cause }))).toBeUndefined();
    });
  });

  describe.skipIf(!sqld)('a write whose answer is lost behind a real server', () => {
    test('has been written, and once', async () => {
      if (!sqld) throw new Error('Skipped without a server.');
      const direct = executorOn(sqld, wire);
      await direct.script(['DROP TABLE IF EXISTS lost']);
      await direct.write([change('CREATE TABLE lost (id INTEGER PRIMARY KEY) STRICT')]);
      const proxy = await losingProxy(sqld.url);
      const remote = executorOn({ url: proxy.url, token: sqld.token }, wire);
      const lost = remote.write([change('INSERT INTO lost DEFAULT VALUES')]);
      await expect(lost).rejects.toThrow(OutcomeUnknown);
      await proxy.stop();
      const [count] = await direct.read([rows('SELECT count(*) FROM lost')]);
      expect(count?.rows).toEqual([[1]]);
    });
  });

  describe('a write that was not taken', () => {
    test('is sent again when its BEGIN was refused', async () => {
      const { fake, executor } = await serve(['busy', 'busy', 'commit']);
      expect(await write(executor)).toEqual([{ rows: [], changes: 1 }]);
      expect(fake.requests()).toBe(3);
    });

    test('is sent again when the server has too many transactions', async () => {
      const full = { code: 'TRANSACTION_BUSY', message: 'Server cannot handle additional transactions' };
      const { fake, executor } = await serve([full, 'commit']);
      expect(await write(executor)).toEqual([{ rows: [], changes: 1 }]);
      expect(fake.requests()).toBe(2);
    });

    test.each([
      ['BLOCKED', 'Operation was blocked: SQL write operations are forbidden'],
      ['TRANSACTION_TIMEOUT', 'Transaction timed out'],
    ])('is unavailable, and says why, after %s', async (code, message) => {
      const { fake, executor } = await serve([{ code, message }, 'commit']);
      const refused = write(executor);
      await expect(refused).rejects.toThrow(DatabaseUnavailable);
      await expect(refused).rejects.toMatchObject({ cause: { message: expect.stringContaining(message) } });
      expect(fake.requests()).toBe(1);
    });

    test('is given up after six tries', async () => {
      const { fake, executor } = await serve(['busy']);
      await expect(write(executor)).rejects.toThrow(DatabaseUnavailable);
      expect(fake.requests()).toBe(6);
    });

    test('is not tried again after its time is over', async () => {
      const fake = await fakeLibsql(['busy'], () => {
        now += LONG;
      });
      server = fake;
      await expect(write(connect(fake.url, LONG))).rejects.toThrow(DatabaseUnavailable);
      expect(fake.requests()).toBe(1);
    });

    test.each([400, 401, 403, 404, 429])('is unavailable when refused with HTTP %i', async (status) => {
      const { fake, executor } = await serve([{ status }, 'commit']);
      await expect(write(executor)).rejects.toThrow(DatabaseUnavailable);
      expect(fake.requests()).toBe(1);
    });

    test('is never sent when its time went by in the queue', async () => {
      const second = Promise.withResolvers<unknown>();
      const fake = await fakeLibsql(['hang'], () => {
        second.resolve(Promise.allSettled([write(executor)]));
        now += SHORT;
      });
      server = fake;
      const executor = connect(fake.url, SHORT);
      await expect(write(executor)).rejects.toThrow(OutcomeUnknown);
      expect(await second.promise).toEqual([{ status: 'rejected', reason: expect.any(DatabaseUnavailable) }]);
      expect(fake.requests()).toBe(1);
    });
  });

  describe('a server that is not there', () => {
    test('makes reads and writes unavailable', async () => {
      const executor = connect(`http://127.0.0.1:${await freePort()}`, LONG);
      await expect(write(executor)).rejects.toThrow(DatabaseUnavailable);
      await expect(read(executor)).rejects.toThrow(DatabaseUnavailable);
      await expect(executor.script(['VACUUM'])).rejects.toThrow(DatabaseUnavailable);
    });
  });

  describe('a read', () => {
    test('that was lost is sent once more', async () => {
      const { fake, executor } = await serve(['drop', 'commit']);
      expect(await read(executor)).toEqual([{ rows: [], changes: 0 }]);
      expect(fake.requests()).toBe(2);
    });

    test('that is lost twice makes the database unavailable', async () => {
      const { fake, executor } = await serve(['drop']);
      await expect(read(executor)).rejects.toThrow(DatabaseUnavailable);
      expect(fake.requests()).toBe(2);
    });

    test('that times out makes the database unavailable', async () => {
      const { executor } = await serve(['hang'], SHORT);
      await expect(read(executor)).rejects.toThrow(DatabaseUnavailable);
    });
  });

  describe('requests', () => {
    test('that write go one at a time', async () => {
      const fake = await fakeLibsql(['commit'], () => new Promise((resolve) => setImmediate(resolve)));
      server = fake;
      const executor = connect(fake.url, LONG);
      await Promise.all(Array.from({ length: 20 }, () => write(executor)));
      expect(fake.batches()).toBe(20);
      expect(fake.together()).toBe(1);
    });

    test('that read do not wait for one another, nor for writes', async () => {
      const everybody = Promise.withResolvers<void>();
      const fake = await fakeLibsql(['commit'], (count) => {
        if (count === 6) everybody.resolve();
        return everybody.promise;
      });
      server = fake;
      const executor = connect(fake.url, LONG);
      await Promise.all([write(executor), ...Array.from({ length: 5 }, () => read(executor))]);
      expect(fake.together()).toBe(6);
    });
  });
});

describe('shared requests', () => {
  const connect = (url: string) =>
    libsqlExecutor({ url, timeoutMs: LONG, wire: pipelineWire, clock: { now: () => now }, random: noJitter });

  test('carry the batches that wait, sixteen at most', async () => {
    const fake = await fakeLibsql(['commit']);
    server = fake;
    const executor = connect(fake.url);
    await Promise.all(Array.from({ length: 20 }, () => write(executor)));
    expect(fake.batches()).toBe(20);
    expect(fake.requests()).toBe(2);
  });

  test('are not shared by batches of which one has little time left', async () => {
    const waiting: Promise<unknown>[] = [];
    const fake = await fakeLibsql(['commit'], (count) => {
      if (count > 1) return;
      waiting.push(write(executor));
      now += LONG / 2;
      waiting.push(write(executor));
    });
    server = fake;
    const executor = connect(fake.url);
    await write(executor);
    await Promise.all(waiting);
    expect(fake.requests()).toBe(3);
  });

  test('leave out a batch that cannot be sent', async () => {
    const fake = await fakeLibsql(['commit']);
    server = fake;
    const executor = connect(fake.url);
    const [good, bad] = await Promise.allSettled([
      write(executor),
      executor.write([change('INSERT INTO t VALUES (?)', Number.NaN)]),
    ]);
    expect(good.status).toBe('fulfilled');
    expect(bad).toHaveProperty('reason', expect.any(RangeError));
  });

  test('that the server answers with an error of its own leave every outcome unknown', async () => {
    const fake = await fakeLibsql(['fail']);
    server = fake;
    const executor = connect(fake.url);
    const outcomes = await Promise.allSettled([write(executor), write(executor)]);
    for (const outcome of outcomes) expect(outcome).toHaveProperty('reason', expect.any(OutcomeUnknown));
    expect(fake.requests()).toBe(1);
  });
});
