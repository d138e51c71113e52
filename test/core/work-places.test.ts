import { describe, expect, test } from 'vitest';
import { Places } from '../../src/core/work-places.ts';

const LONG = 60_000;

/** Work that ends when it is told to, and says that it has begun. */
function jobs() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const job = (name: string) => () =>
    new Promise<string>((resolve) => {
      begun.push(name);
      ends.set(name, () => resolve(name));
    });
  return { begun, job, end: (name: string) => ends.get(name)?.() };
}

describe('places for heavy work', () => {
  test('an owner holds one, so that nobody waits for all of theirs', async () => {
    const places = new Places(2);
    const { begun, job, end } = jobs();
    const mine = ['a1', 'a2', 'a3'].map((name) => places.run(1, LONG, job(name)));
    const other = places.run(2, LONG, job('b'));
    expect(begun).toEqual(['a1', 'b']);
    end('b');
    expect(await other).toBe('b');
    expect(begun).toEqual(['a1', 'b']);
    for (const name of ['a1', 'a2', 'a3']) {
      end(name);
      await mine.shift();
    }
    expect(begun).toEqual(['a1', 'b', 'a2', 'a3']);
  });

  test('there are so many and no more, and whoever waited longest comes first', async () => {
    const places = new Places(2);
    const { begun, job, end } = jobs();
    const all = [1, 2, 3, 4].map((owner) => places.run(owner, LONG, job(`${owner}`)));
    expect(begun).toEqual(['1', '2']);
    end('2');
    await all[1];
    expect(begun).toEqual(['1', '2', '3']);
    end('1');
    await all[0];
    expect(begun).toEqual(['1', '2', '3', '4']);
    end('3');
    end('4');
    expect(await Promise.all(all)).toEqual(['1', '2', '3', '4']);
  });

  test('who waited too long goes without, and what cannot be stopped keeps its place until it ends', async () => {
    const places = new Places(1);
    const { begun, job, end } = jobs();
    expect(await Promise.all([places.run(1, 1, job('slow')), places.run(2, 1, job('late'))])).toEqual([
      undefined,
      undefined,
    ]);
    const next = places.run(3, LONG, job('next'));
    expect(begun).toEqual(['slow']);
    end('slow');
    await expect.poll(() => begun).toEqual(['slow', 'next']);
    end('next');
    expect(await next).toBe('next');
  });

  test('work that fails gives nothing, and its place', async () => {
    const places = new Places(1);
    expect(await places.run(1, LONG, () => Promise.reject(new Error('broken')))).toBeUndefined();
    expect(await places.run(2, LONG, async () => 'next')).toBe('next');
  });
});
