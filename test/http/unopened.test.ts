import { expect, test } from 'vitest';
import { BadConfig } from '../../src/core/bad-config.ts';
import { createLog } from '../../src/core/log.ts';
import { unopened } from '../../src/http/unopened.ts';

const clock = { time: 0, now: () => clock.time };

/** A Worker that cannot be opened, and what it writes. */
function closed() {
  const lines: string[] = [];
  const answer = unopened(
    createLog((line) => lines.push(line), clock.now),
    clock,
  );
  const ask = (path: string, error: unknown) => answer(new Request(`http://teahouse.test${path}`), error);
  return { lines, ask };
}

test('says why in a line of JSON when it is asked whether it is ready, once a minute', () => {
  const { lines, ask } = closed();
  const error = new BadConfig(['SESSION_SECRET is missing.']);
  for (let i = 0; i < 5; i += 1) expect(ask('/readyz', error).status).toBe(503);
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({
      level: 'error',
      event: 'misconfigured',
      why: expect.stringContaining('SESSION_SECRET is missing.'),
    }),
  ]);
  clock.time += 60_000;
  ask('/chat/ready', error);
  expect(lines).toHaveLength(2);
});

test('says it of every call, and of what is no setting as well; not to who asks whether it lives', () => {
  const { lines, ask } = closed();
  expect(ask('/healthz/', new Error('x')).status).toBe(200);
  expect(lines).toEqual([]);
  expect(ask('//readyz', new Error('database away')).status).toBe(503);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { event: 'not opened', why: 'database away' },
  ]);
});
