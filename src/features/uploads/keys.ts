import { SMALL } from './store.ts';

/** What every key of ours begins with: milliseconds, and 22 letters and digits. Found wherever it begins, overlaps included. */
const STEMS = /(?=(\d{13}_[0-9A-Za-z]{22}))/g;
const STEM = /^(\d{13})_[0-9A-Za-z]{22}/;

/**
 * The SQL pattern of a text that may hold a key; `stemsIn` says which. It begins with a character and not a class,
 * because SQLite skips to the next such character quickly.
 */
export const MAY_HOLD_KEY = `*_${'[0-9A-Za-z]'.repeat(22)}*`;

/**
 * The beginnings of all keys that a text names, each once, whatever stands around them: an old or another address, a
 * prefix, `small_`, JSON's escapes, nothing. The extension does not count.
 */
export const stemsIn = (text: string): Set<string> =>
  new Set(Array.from(text.matchAll(STEMS), ([, stem = '']) => stem));

/** When a key was drawn, epoch milliseconds; undefined where it is none of ours. */
export function drawnAt(key: string): number | undefined {
  const found = STEM.exec(key);
  return found ? Number(found[1]) : undefined;
}

/** The key of the row that a file belongs to: a smaller copy has its picture's. */
export const rowKeyOf = (key: string): string => (key.startsWith(SMALL) ? key.slice(SMALL.length) : key);
