import { type Random, randomFrom } from '../../src/core/random.ts';

/** Chance that a seed repeats: what a random test draws from, so that its failure can be seen again. */
export interface Seeded {
  readonly seed: number;
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number;
  /** One of a list that is not empty. */
  pick<Item>(list: readonly Item[]): Item;
  /** True in so many of a hundred cases. */
  chance(percent: number): boolean;
}

/** The seed that SEED names, or another one each time. */
export function chosenSeed(): number {
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  return Number(process.env['SEED'] || random) >>> 0;
}

/** splitmix32. */
export function seeded(seed: number): Seeded {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  const below = (limit: number) => Math.floor((next() / 2 ** 32) * limit);
  return {
    seed,
    below,
    pick(list) {
      const picked = list[below(list.length)];
      if (picked === undefined) throw new RangeError('There is nothing to pick from.');
      return picked;
    },
    chance: (percent) => below(100) < percent,
  };
}

/** A seed of its own for each name, the same in every run, unless SEED asks for another one. */
export function seedOf(name: string): number {
  let hash = Number(process.env['SEED'] || 0x811c9dc5) >>> 0; // FNV-1a
  for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash;
}

/** What the program draws from, out of a seed. Nothing that must be secret may come from it. */
export function seededRandom(seed: number): Random {
  const { below } = seeded(seed);
  return randomFrom((count) => Uint8Array.from({ length: count }, () => below(256)));
}
