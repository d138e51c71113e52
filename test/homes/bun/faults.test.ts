import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { beforeEach, describe, expect, test } from 'vitest';
import { silentLog } from '../../../src/core/log.ts';
import { endingBy } from '../../../src/homes/bun/faults.ts';
import { keepProcess } from '../../support/kept-process.ts';

const program = join(import.meta.dirname, '../../support/faulty-process.ts');

/** Runs the process until a line follows another one in what it prints. */
async function run(fault: string, first: RegExp, then: RegExp) {
  const kept = keepProcess(process.execPath, [program, fault]);
  const lines: string[] = [];
  const reader = createInterface({ input: kept.stdout });
  let seen = false;
  reader.on('line', (line) => {
    lines.push(line);
    if (seen && then.test(line)) reader.emit('seen');
    seen ||= first.test(line);
  });
  await once(reader, 'seen');
  return { kept, logged: lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line)) };
}

test('a promise that fails unheard is logged, and the process serves on', async () => {
  const { kept, logged } = await run('rejection', /unhandled rejection/, /^serves$/);
  expect(logged).toEqual([
    expect.objectContaining({
      level: 'error',
      event: 'unhandled rejection',
      error: expect.stringContaining('unheard'),
    }),
  ]);
  await kept.stop();
});

test('an exception that nothing catches is logged, and ends the process in order and with 1', async () => {
  const { kept, logged } = await run('exception', /uncaught exception/, /^ends$/);
  expect(logged).toEqual([expect.objectContaining({ level: 'error', event: 'uncaught exception' })]);
  expect(await kept.ended).toBe(1);
});

describe('a process that is to end', () => {
  const codes: number[] = [];
  const exit = (code: number) => void codes.push(code);
  beforeEach(() => void codes.splice(0));

  test('does so with the code that is asked for, once everything has stopped', async () => {
    const { promise: stopped, resolve } = Promise.withResolvers<void>();
    const ended = endingBy(silentLog, () => stopped, exit)(0);
    expect(codes).toEqual([]);
    resolve();
    await ended;
    expect(codes).toEqual([0]);
  });

  test('does so at once, with 1, when it is asked a second time', async () => {
    const end = endingBy(silentLog, () => new Promise(() => {}), exit);
    void end(0);
    await end(0);
    expect(codes).toEqual([1]);
  });

  test('does so with 1, and says why, where something does not stop', async () => {
    const logged: unknown[] = [];
    const log = { ...silentLog, error: (event: string) => void logged.push(event) };
    await endingBy(log, () => Promise.reject(new Error('stuck')), exit)(0);
    expect([codes, logged]).toEqual([[1], ['not stopped in order']]);
  });
});
