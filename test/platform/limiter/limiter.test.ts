import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { unstable_readConfig } from 'wrangler';
import { readConfig } from '../../../src/config.ts';
import { endpoints } from '../../../src/endpoints.ts';
import { memoryLimiter } from '../../../src/platform/limiter/limiter.ts';
import { bindingLimiter } from '../../../src/platform/limiter/worker.ts';
import { HeldClock } from '../../support/app.ts';

const MINUTE = 60_000;

/** A `[[ratelimits]]` of wrangler.toml. */
interface RateLimitBinding {
  readonly name: string;
  readonly namespace_id: string;
  readonly simple: { readonly limit: number; readonly period: number };
}

describe('flood limits in memory', () => {
  test('let so many calls of a key pass in a minute, and say how long to wait', () => {
    const clock = new HeldClock();
    const limiter = memoryLimiter(clock);
    const hits = (key: string, count: number) =>
      Array.from({ length: count }, () => limiter.hit(key, 3, MINUTE));
    expect(hits('a', 4)).toEqual([0, 0, 0, MINUTE]);
    clock.advance(MINUTE - 1);
    expect([...hits('a', 1), ...hits('b', 1)]).toEqual([1, 0]);
    clock.advance(1);
    expect(hits('a', 4)).toEqual([0, 0, 0, MINUTE]);
  });
});

describe('flood limits by bindings', () => {
  const none = { hit: () => 7 };
  /** Bindings that count for ever, as they are asked. */
  function bindings(...limits: number[]) {
    const asked: string[] = [];
    const counts = new Map<string, number>();
    const made = limits.map((limit) => {
      const name = `LIMIT_${limit}`;
      const binding = {
        async limit({ key }: { key: string }) {
          asked.push(`${name} ${key}`);
          const count = (counts.get(key) ?? 0) + 1;
          counts.set(key, count);
          return { success: count <= limit };
        },
      };
      return [name, binding] as const;
    });
    return { asked, all: Object.fromEntries(made) };
  }

  test('are counted by the binding of that limit, else by the next larger one, else in memory', async () => {
    const { asked, all } = bindings(600, 20, 60);
    const limiter = bindingLimiter({ ...all, LIMIT_: 'x', LIMIT_5: 'a setting' }, none);
    expect([await limiter.hit('a', 20, MINUTE), await limiter.hit('b', 30, MINUTE)]).toEqual([0, 0]);
    expect(await limiter.hit('c', 5, MINUTE)).toBe(0);
    expect(asked).toEqual(['LIMIT_20 a', 'LIMIT_60 b', 'LIMIT_20 c']);
    expect([await limiter.hit('d', 601, MINUTE), await limiter.hit('e', 20, 1000)]).toEqual([7, 7]);
  });

  test('refuse when the binding does, and let pass when it fails', async () => {
    const { all } = bindings(1);
    const limiter = bindingLimiter(all, none);
    expect([await limiter.hit('a', 1, MINUTE), await limiter.hit('a', 1, MINUTE)]).toEqual([0, MINUTE]);
    const broken = { limit: () => Promise.reject(new Error('away')) };
    expect(await bindingLimiter({ LIMIT_1: broken }, none).hit('a', 1, MINUTE)).toBe(0);
  });

  test('have a binding for every limit that the program itself sets', () => {
    const config = join(import.meta.dirname, '../../../wrangler.toml');
    const ratelimits: readonly RateLimitBinding[] = unstable_readConfig({ config }).ratelimits;
    const { RATE_PER_ADDRESS, RATE_PER_USER, RATE_FILES_PER_ADDRESS } = readConfig({});
    const own = endpoints.flatMap(({ perMinute }) => perMinute ?? []);
    const wanted = [...new Set([...own, RATE_PER_ADDRESS, RATE_PER_USER, RATE_FILES_PER_ADDRESS])].sort(
      (a, b) => a - b,
    );
    const bound = ratelimits.map(({ name, simple }) => {
      expect([name, simple.period]).toEqual([`LIMIT_${simple.limit}`, 60]);
      return simple.limit;
    });
    expect(bound.sort((a, b) => a - b)).toEqual(wanted);
    expect(new Set(ratelimits.map(({ namespace_id }) => namespace_id)).size).toBe(ratelimits.length);
  });
});
