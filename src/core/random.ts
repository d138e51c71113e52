/** Chance, from the context so that tests can fix it. */
export interface Random {
  /** Cryptographically strong bytes. */
  bytes(count: number): Uint8Array<ArrayBuffer>;
  /** A whole number from 0 to `limit - 1`, each equally likely; `limit` at most 2^53. */
  below(limit: number): number;
}

/** Builds the derived draws over a source of bytes. */
export function randomFrom(bytes: (count: number) => Uint8Array<ArrayBuffer>): Random {
  const draw32 = () => new DataView(bytes(4).buffer).getUint32(0);
  const draw53 = () => (draw32() % 2 ** 21) * 2 ** 32 + draw32();
  return {
    bytes,
    below(limit) {
      if (!Number.isInteger(limit) || limit < 1 || limit > 2 ** 53) throw new RangeError(`below(${limit})`);
      const [range, draw] = limit <= 2 ** 32 ? [2 ** 32, draw32] : [2 ** 53, draw53];
      // Draws above the last whole multiple of the limit would favour small numbers, so they are drawn again.
      const ceiling = range - (range % limit);
      for (;;) {
        const drawn = draw();
        if (drawn < ceiling) return drawn % limit;
      }
    },
  };
}

export const systemRandom = randomFrom((count) => crypto.getRandomValues(new Uint8Array(count)));

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Bytes from here on would favour the alphabet's beginning. */
const FAIR = 256 - (256 % ALPHABET.length);

/** Text of `length` letters and digits, 5.95 bits each. */
export function randomText(random: Random, length: number): string {
  let text = '';
  while (text.length < length) {
    // A few more than needed, because 3 in 100 are not fair.
    for (const byte of random.bytes(length - text.length + 4)) {
      if (byte < FAIR && text.length < length) text += ALPHABET[byte % ALPHABET.length];
    }
  }
  return text;
}

/** Decimal text of `length` digits, leading zeros included. */
export const randomDigits = (random: Random, length: number): string =>
  Array.from({ length }, () => String(random.below(10))).join('');
