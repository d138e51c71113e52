/** Chance, from the context so that tests can fix it. */
export interface Random {
  /** Cryptographically strong bytes. */
  bytes(count: number): Uint8Array<ArrayBuffer>;
  /** A whole number from 0 to `limit - 1`, each equally likely; `limit` at most 2^32. */
  below(limit: number): number;
}

/** Builds the derived draws over a source of bytes. */
export function randomFrom(bytes: (count: number) => Uint8Array<ArrayBuffer>): Random {
  return {
    bytes,
    below(limit) {
      if (!Number.isInteger(limit) || limit < 1 || limit > 2 ** 32) throw new RangeError(`below(${limit})`);
      // Draws above the last whole multiple of the limit would favour small numbers, so they are drawn again.
      const ceiling = 2 ** 32 - (2 ** 32 % limit);
      for (;;) {
        const draw = new DataView(bytes(4).buffer).getUint32(0);
        if (draw < ceiling) return draw % limit;
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
