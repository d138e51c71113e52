import { describe, expect, test } from 'vitest';
import { inSlices, SERVER_RUN } from '../../src/core/in-slices.ts';
import { HeldClock } from '../support/app.ts';

/** Counts steps, each of which takes so long, until nothing is left. */
function work(steps: number, took = 0) {
  const clock = new HeldClock();
  const seen = { steps: 0 };
  const step = async () => {
    clock.advance(took);
    seen.steps += 1;
    return seen.steps < steps;
  };
  return { clock, step, seen };
}

describe('work in slices', () => {
  test('goes on until nothing is left', async () => {
    const { clock, step, seen } = work(7);
    await inSlices(clock, step);
    expect(seen.steps).toBe(7);
  });

  test('stops when it has worked for as long as it may, and goes on there the next time', async () => {
    const { clock, step, seen } = work(100, 10);
    const allowance = { ...SERVER_RUN, trips: Number.POSITIVE_INFINITY, ms: 50 };
    await inSlices(clock, step, { allowance });
    expect(seen.steps).toBe(5);
    await inSlices(clock, step, { allowance });
    expect(seen.steps).toBe(10);
  });

  test('stops when the next step may make more round trips than are left', async () => {
    const { clock, step, seen } = work(100);
    await inSlices(clock, step, { trips: 3, allowance: { ...SERVER_RUN, trips: 11, ms: 1000 } });
    expect(seen.steps).toBe(3);
  });

  test('takes one step, however little it may', async () => {
    const { clock, step, seen } = work(100);
    await inSlices(clock, step, { trips: 3, allowance: { ...SERVER_RUN, trips: 0, ms: 0 } });
    expect(seen.steps).toBe(1);
  });

  test('lets others have their turn between two steps', async () => {
    const { clock, step } = work(3);
    const order: string[] = [];
    const noted = async () => {
      order.push('step');
      setTimeout(() => order.push('other'), 0);
      return step();
    };
    await inSlices(clock, noted);
    expect(order).toEqual(['step', 'other', 'step', 'other', 'step']);
  });

  test('ends with what a step throws', async () => {
    const { clock } = work(1);
    await expect(inSlices(clock, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });
});
