import { type Fen, fen } from '../../core/fen.ts';
import type { Random } from '../../core/random.ts';

/**
 * Cuts an amount into shares of at least one fen that sum to it exactly. Each is drawn from 1 to twice the
 * mean of what is left (docs/original.md#money); then they are shuffled, so that no place in the queue is better
 * than another: every position has the same distribution.
 * @param amount fen, at least `count`
 * @param largest fen that no share may exceed, at least the mean share; by default the whole amount
 */
export function drawShares(amount: Fen, count: number, random: Random, largest: number = amount): Fen[] {
  if (amount < count) throw new RangeError('Each share needs a fen.');
  if (amount > count * largest) throw new RangeError('The shares cannot hold it all.');
  const shares: number[] = [];
  let left: number = amount;
  for (let open = count; open > 1; open -= 1) {
    const least = Math.max(1, left - largest * (open - 1));
    const most = Math.min(Math.floor((2 * left) / open) - 1, left - (open - 1), largest);
    const share = least + random.below(Math.max(1, most - least + 1));
    shares.push(share);
    left -= share;
  }
  shares.push(left);
  for (let i = shares.length - 1; i > 0; i -= 1) {
    const j = random.below(i + 1);
    [shares[i], shares[j]] = [shares[j] ?? 0, shares[i] ?? 0]; // both lie in the list
  }
  return shares.map(fen);
}
