/** An amount of money in fen (1/100 yuan), a whole number. */
export type Fen = number & { readonly __kind: 'fen' };

/** Marks a whole number as fen; throws on anything else. */
export function fen(value: number): Fen {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not a whole number of fen.`);
  return value as Fen;
}

/** `12.30`: yuan with two decimals, as every amount goes out. */
export function yuan(amount: number): string {
  const sign = amount < 0 ? '-' : '';
  const digits = String(Math.abs(amount)).padStart(3, '0');
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** The amount of a request (docs/decisions.md#amounts), or undefined where the text is none: `0.01`, `12`, `12.3`. */
export function parseYuan(text: string): Fen | undefined {
  const match = /^(0|[1-9]\d{0,9})(?:\.(\d{1,2}))?$/.exec(text);
  if (!match) return undefined;
  return fen(Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0')));
}
