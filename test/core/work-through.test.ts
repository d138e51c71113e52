import { expect, test } from 'vitest';
import { workThrough } from '../../src/core/work-through.ts';

test('work is done a few at a time, and answers in the order of the items', async () => {
  let [running, most] = [0, 0];
  const done = await workThrough([5, 1, 4, 2, 3, 0], 2, async (item) => {
    running += 1;
    most = Math.max(most, running);
    for (let i = 0; i < item; i += 1) await Promise.resolve();
    running -= 1;
    return item * 10;
  });
  expect(done).toEqual([50, 10, 40, 20, 30, 0]);
  expect(most).toBe(2);
});

test('one that fails stops no other, and is told of in the end', async () => {
  const done: number[] = [];
  const work = workThrough([1, 2, 3, 4], 2, async (item) => {
    if (item === 1) throw new Error('one is bad');
    done.push(item);
  });
  await expect(work).rejects.toThrow('one is bad');
  expect(done).toEqual([2, 3, 4]);
});
