import { expect, test } from 'vitest';
import type { UserId } from '../../src/core/ids.ts';
import { GroupReaders, type Reading } from '../../src/realtime/group-readers.ts';
import { chosenSeed, seeded } from '../support/seeded.ts';

const [LI, WANG] = [1, 2] as UserId[] as [UserId, UserId]; // people of this test alone
const GROUP = 7;
const during = (userId: UserId, low: number, high: number | null): Reading => ({
  userId,
  groupId: GROUP,
  low,
  high,
});

function readersOf(...users: UserId[]): GroupReaders {
  const readers = new GroupReaders();
  readers.learn(users, []);
  return readers;
}

test('of somebody who leaves and comes back a thousand times, the last 20 times are held', () => {
  const readers = readersOf(LI);
  const begins = Array.from({ length: 1000 }, (_, i) => 10 * i);
  // Each turn reads once more what the one before has seen.
  for (const low of begins) {
    readers.change([during(LI, low, null)]);
    readers.change([during(LI, low, low + 5)]);
    readers.change([during(LI, low, low + 5), during(LI, low + 10, null)]);
  }
  expect(begins.filter((low) => readers.of(GROUP, low + 1).length > 0)).toEqual(begins.slice(-20));
  expect(readers.of(GROUP, 10_001)).toEqual([LI]);
});

test('a membership ends also where only a later one is known to have ended', () => {
  const readers = readersOf(LI, WANG);
  readers.change([during(LI, 5, null), during(WANG, 5, null)]);
  readers.change([during(LI, 40, 50)]);
  expect([6, 45, 60].map((seq) => readers.of(GROUP, seq))).toEqual([[WANG], [WANG, LI], [WANG]]);
});

test('those who are here no more are forgotten, whatever they were in', () => {
  const readers = readersOf(LI, WANG);
  readers.change([during(LI, 0, 5), during(LI, 9, null), during(WANG, 0, null)]);
  readers.keep((user) => user === WANG);
  expect([readers.knows(LI), readers.knows(WANG)]).toEqual([false, true]);
  readers.change([during(LI, 12, null)]);
  expect([1, 10, 20].map((seq) => readers.of(GROUP, seq))).toEqual([[WANG], [WANG], [WANG]]);
});

const seed = chosenSeed();
test(`somebody gets a place just where a time of theirs covers it, and once (SEED=${seed})`, () => {
  const chance = seeded(seed);
  const readers = readersOf(LI);
  const times: { low: number; high: number | null }[] = [];
  let seq = 0;
  for (let i = 0; i < 35; i++) {
    seq += chance.below(3);
    const [last] = times.slice(-1);
    if (last?.high === null) last.high = seq;
    else times.push({ low: seq, high: null });
    // A turn reads again some of what it knows, ended times first.
    const again = times.slice(-1 - chance.below(3));
    const ended = again.filter(({ high }) => high !== null);
    const lasting = again.filter(({ high }) => high === null);
    readers.change([...ended, ...lasting].map(({ low, high }) => during(LI, low, high)));
    for (let place = 0; place <= seq + 1; place++) {
      const covers = times.some(({ low, high }) => low < place && (high === null || place <= high));
      expect(readers.of(GROUP, place), `at ${place}`).toEqual(covers ? [LI] : []);
    }
  }
});
