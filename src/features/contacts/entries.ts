import { cleanName } from '../../core/text/clean.ts';
import { readJson } from '../../core/text/json.ts';
import { parseMobile } from '../../core/text/mobile.ts';

/** Entries of an address book that one call may bring. */
export const MAX_ENTRIES = 5000;

/** One entry of an address book, as the app sends it. */
export interface Entry {
  readonly phone: string;
  readonly name: string;
  readonly headUrl: string;
}

/**
 * Reads the JSON array that clients send, also when they escaped it once or twice too often
 * (`[{\"phone\":…}]`, or a JSON text that holds the array's text): docs/original.md#lists-in-a-parameter.
 */
function readArray(text: string): unknown[] | undefined {
  let current = text.trim();
  for (let layer = 0; layer < 3; layer += 1) {
    const value = readJson(current) ?? readJson(`"${current}"`);
    if (Array.isArray(value)) return value;
    if (typeof value !== 'string') return undefined;
    current = value;
  }
  return undefined;
}

/** At most `maximum` characters of what may be text or a number, without what SQLite and JSON cannot hold. */
function shortText(value: unknown, maximum: number): string {
  if (typeof value !== 'string' && typeof value !== 'number') return '';
  const text = String(value).replaceAll('\0', '').toWellFormed().trim();
  // A character has two units at the most: a text of megabytes is not taken apart for its beginning.
  return text.length <= maximum
    ? text
    : [...text.slice(0, maximum * 2)].slice(0, maximum).join('').toWellFormed();
}

/**
 * The entries of a `contact` parameter. Address books are full of odd things: an entry without a phone is
 * left out, long texts are cut.
 * @returns undefined when it is no array of objects, or has more than MAX_ENTRIES
 */
export function readEntries(text: string): Entry[] | undefined {
  const items = readArray(text);
  if (!items || items.length > MAX_ENTRIES) return undefined;
  if (!items.every((item) => typeof item === 'object' && item !== null && !Array.isArray(item))) {
    return undefined;
  }
  return (items as Record<string, unknown>[]) // objects, as just seen
    .map(({ phone, markName, header }) => ({
      phone: shortText(phone, 40),
      name: cleanName(shortText(markName, 100)),
      headUrl: shortText(header, 1000),
    }))
    .filter(({ phone }) => phone !== '');
}

/** So many phones are read between two turns of the event loop: about 10 ms of the library's work. */
const PHONES_A_TURN = 500;

/** The mobile of each entry, in order, without holding up other calls. */
export async function mobilesOf(entries: readonly Entry[]): Promise<string[]> {
  const mobiles: string[] = [];
  for (const [i, { phone }] of entries.entries()) {
    if (i > 0 && i % PHONES_A_TURN === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    mobiles.push(parseMobile(phone)?.mobile ?? '');
  }
  return mobiles;
}
