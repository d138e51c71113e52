import { describe, expect, test } from 'vitest';
import { createIds, lowestIdAt } from '../../src/core/id-maker.ts';
import { systemRandom } from '../../src/core/random.ts';
import { HeldClock } from '../support/app.ts';

describe('ids', () => {
  test('grow, within a millisecond and when the clock is set back, and lie in the range of their time', () => {
    const clock = new HeldClock();
    const ids = createIds(clock, systemRandom);
    let last = 0;
    for (const step of [0, 0, 0, 1, 0, 5, -10, 0, 1, 60_000]) {
      clock.advance(step);
      const id = ids.next<number>();
      expect(id).toBeGreaterThan(last);
      expect(id).toBeGreaterThanOrEqual(lowestIdAt(clock.now()));
      last = id;
    }
    expect(last).toBeLessThan(lowestIdAt(clock.now() + 1));
    expect(lowestIdAt(Date.UTC(2089, 0, 1))).toBeLessThan(2 ** 53);
  });

  test('of two processes begin a millisecond in different places', () => {
    const clock = new HeldClock();
    const processes = Array.from({ length: 200 }, () => createIds(clock, systemRandom).next<number>());
    // Of 200 places in 4096 five pairs are expected to be alike; a hundred would need another reason.
    expect(new Set(processes).size).toBeGreaterThan(100);
  });

  test('leave marks that are chance alone: never alike, never 0, below 2^53', () => {
    const ids = createIds(new HeldClock(), systemRandom);
    const marks = Array.from({ length: 10_000 }, () => ids.mark() as number);
    expect(new Set(marks).size).toBe(marks.length);
    expect(marks.every((mark) => Number.isSafeInteger(mark) && mark > 0)).toBe(true);
    // Both halves of the range are met with.
    expect(marks.some((mark) => mark >= 2 ** 52) && marks.some((mark) => mark < 2 ** 52)).toBe(true);
  });
});
