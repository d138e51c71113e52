import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fen } from '../../../src/core/fen.ts';
import { systemRandom } from '../../../src/core/random.ts';
import { drawShares } from '../../../src/features/red-packets/draw.ts';

describe('drawing', () => {
  test('gives at least a fen each and the exact sum', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.oneof(fc.integer({ min: 0, max: 5_000_000 }), fc.integer({ min: 0, max: 999_999_999_000 })),
        (count, extra) => {
          const shares = drawShares(fen(count + extra), count, systemRandom);
          expect(shares).toHaveLength(count);
          expect(Math.min(...shares)).toBeGreaterThanOrEqual(1);
          expect(shares.reduce((sum, share) => sum + share, 0)).toBe(count + extra);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('gives no share more than the largest that it may be, down to the mean', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 20_000 }),
        fc.integer({ min: 0, max: 20_000 }),
        (count, mean, more) => {
          const [amount, largest] = [count * mean, mean + more];
          const shares = drawShares(fen(amount), count, systemRandom, largest);
          expect(Math.max(...shares)).toBeLessThanOrEqual(largest);
          expect(Math.min(...shares)).toBeGreaterThanOrEqual(1);
          expect(shares.reduce((sum, share) => sum + share, 0)).toBe(amount);
        },
      ),
      { numRuns: 500 },
    );
  });

  // Few fen a share: there the draws themselves are far from even, and only the shuffle makes up for it.
  test.each([
    [100_000, 5, 1000],
    [100_000, 5, 7],
    [20_000, 30, 88],
  ])(
    'favours no position: the means of %i packets of %i shares of %i fen agree within five standard errors',
    (rounds, count, amount) => {
      const sums = Array<number>(count).fill(0);
      const squares = Array<number>(count).fill(0);
      for (let round = 0; round < rounds; round += 1) {
        for (const [i, share] of drawShares(fen(amount), count, systemRandom).entries()) {
          sums[i] = (sums[i] ?? 0) + share;
          squares[i] = (squares[i] ?? 0) + share * share;
        }
      }
      for (const [i, sum] of sums.entries()) {
        const mean = sum / rounds;
        const error = Math.sqrt(((squares[i] ?? 0) / rounds - mean * mean) / rounds);
        expect(Math.abs(mean - amount / count), `position ${i}`).toBeLessThan(5 * error);
      }
    },
  );
});
