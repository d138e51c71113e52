import { plainCode } from '../../core/text/code.ts';
import { BINS } from './bins.generated.ts';

/** A whole card number whose check digit is right. */
export type CardNumber = string & { readonly __kind: 'card-number' };

/** Luhn's check: from the right, every second digit counts double. */
function passesLuhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const value = Number(digit) * (i % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

/** Reads a card number as people type it, in groups or not; undefined for what is none. */
export function parseCardNumber(text: string): CardNumber | undefined {
  const digits = plainCode(text);
  const isNumber = /^[1-9]\d{12,19}$/.test(digits) && passesLuhn(digits);
  return isNumber ? (digits as CardNumber) : undefined;
}

export interface Issuer {
  readonly bank: string;
  /** DC debit, CC credit, SCC semi-credit, PC prepaid; empty where the bank is not known. */
  readonly kind: string;
}

/** What a card of a bank that the table does not know is called. */
export const UNKNOWN_BANK = '未知银行';
const UNKNOWN: Issuer = { bank: UNKNOWN_BANK, kind: '' };

let table: ReadonlyMap<string, Issuer> | undefined;

/** By first digits and length, as `621483/16`; made when the first card is bound. */
function issuers(): ReadonlyMap<string, Issuer> {
  table ??= new Map(
    BINS.flatMap(([bank, kind, digits, prefixes]) =>
      prefixes.split(' ').map((prefix) => [`${prefix}/${digits}`, { bank, kind }] as const),
    ),
  );
  return table;
}

const [LONGEST_PREFIX, SHORTEST_PREFIX] = [10, 3];

/** The bank that issued a card, looked up here and nowhere else: the longest prefix that fits wins. */
export function issuerOf(number: CardNumber): Issuer {
  for (let length = LONGEST_PREFIX; length >= SHORTEST_PREFIX; length -= 1) {
    const found = issuers().get(`${number.slice(0, length)}/${number.length}`);
    if (found) return found;
  }
  return UNKNOWN;
}

/** `************7965`. */
export const maskCardNumber = (number: CardNumber): string =>
  `${'*'.repeat(number.length - 4)}${number.slice(-4)}`;
