/** Bits of chance below which somebody who has the database can guess a secret. A drawn one has far more. */
const LEAST_BITS = 80;

/** Words of examples and of habit. A drawn secret has one of them less than once in a hundred thousand times. */
const WORDS = /change|secret|passw|example|teahouse|default|qwert/i;

/** Shannon's measure of a text by its own letters, in bits: no more than it may have of chance. */
function bitsOf(symbols: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const symbol of symbols) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - count * Math.log2(count / symbols.length), 0);
}

/** Whether it is a shorter piece, again and again. */
const repeats = (symbols: readonly number[]) =>
  symbols.some(
    (_, length) =>
      length > 0 &&
      length <= symbols.length / 2 &&
      symbols.every((symbol, i) => symbol === symbols[i % length]),
  );

/** Whether most symbols are as far from the one before them as all are: `aaaa`, `abcdef`, `97531`. */
function counts(symbols: readonly number[]): boolean {
  const steps = symbols.slice(1).map((symbol, i) => symbol - (symbols[i] ?? 0));
  const times = new Map<number, number>();
  for (const step of steps) times.set(step, (times.get(step) ?? 0) + 1);
  return Math.max(0, ...times.values()) > steps.length / 2;
}

/** Whether bytes could have been drawn at random: none of the ways in which people make them up. */
export const seemsDrawn = (bytes: Uint8Array): boolean => {
  const symbols = [...bytes];
  return bitsOf(symbols) >= LEAST_BITS && !repeats(symbols) && !counts(symbols);
};

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** The same of a text, in which words tell, too, and letters whether they are large or small. */
export const textSeemsDrawn = (text: string): boolean =>
  seemsDrawn(bytesOf(text)) && !counts([...bytesOf(text.toLowerCase())]) && !WORDS.test(text);
