import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { keepProcess } from '../support/kept-process.ts';

const program = join(import.meta.dirname, '../support/faulty-process.ts');

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
