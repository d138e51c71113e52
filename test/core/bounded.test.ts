import { describe, expect, test } from 'vitest';
import { BoundedMap } from '../../src/core/bounded.ts';

describe('a bounded map', () => {
  test('lets the oldest entry go where it is full, and says so', () => {
    const evicted: [string, number][] = [];
    const map = new BoundedMap<string, number>(2, (value, key) => evicted.push([key, value]));
    map.set('a', 1);
    map.set('b', 2);
    map.set('c', 3);
    expect(evicted).toEqual([['a', 1]]);
    expect([map.get('a'), map.get('b'), map.get('c'), map.size]).toEqual([undefined, 2, 3, 2]);
  });

  test('takes an entry that is set again for new, and lets nothing go for it', () => {
    const evicted: string[] = [];
    const map = new BoundedMap<string, number>(2, (_, key) => evicted.push(key));
    map.set('a', 1);
    map.set('b', 2);
    map.set('a', 3);
    expect(evicted).toEqual([]);
    map.set('c', 4);
    expect(evicted).toEqual(['b']);
    expect(map.get('a')).toBe(3);
  });

  test('forgets what is deleted without a word, and lets all go when it is cleared', () => {
    const evicted: string[] = [];
    const map = new BoundedMap<string, number>(3, (_, key) => evicted.push(key));
    for (const key of ['a', 'b', 'c']) map.set(key, 0);
    map.delete('b');
    expect([map.size, evicted]).toEqual([2, []]);
    map.clear();
    expect([map.size, evicted]).toEqual([0, ['a', 'c']]);
  });
});
