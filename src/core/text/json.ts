/** How much structure a JSON text may have. Its length is the caller's to bound. */
export interface JsonBounds {
  /** Lists and objects in each other. */
  readonly depth: number;
  /** Values, names and separators of them all: what a parser makes an object or a slot for. */
  readonly members: number;
}

/**
 * Enough for everything that clients send: nothing is nested deeper than a list of objects, and the longest list,
 * an address book of 5,000, has some fields for each entry.
 */
export const JSON_BOUNDS: JsonBounds = { depth: 16, members: 100_000 };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
/** `[` and `{`, `]` and `}` differ in this bit. */
const CURLY = 0x20;
const OPEN = 0x5b;
const CLOSE = 0x5d;

/** The place of the quote that ends the string which begins before `at`; the text's length where none does. */
function stringEnd(text: string, start: number): number {
  let at = start;
  for (; at < text.length; at += 1) {
    const c = text.charCodeAt(at);
    if (c === BACKSLASH) at += 1;
    else if (c === QUOTE) return at;
  }
  return at;
}

/**
 * Whether a text has more structure than `bounds` allow, be it JSON or not. One pass, and no call goes into itself,
 * so that a text of brackets alone can exhaust neither time nor stack.
 */
export function exceeds(text: string, bounds: JsonBounds = JSON_BOUNDS): boolean {
  let depth = 0;
  let members = 0;
  for (let at = 0; at < text.length; at += 1) {
    const c = text.charCodeAt(at);
    if (c === QUOTE) at = stringEnd(text, at + 1);
    else if (c === COMMA || c === COLON) members += 1;
    else if ((c & ~CURLY) === OPEN) {
      depth += 1;
      members += 1;
    } else if ((c & ~CURLY) === CLOSE) depth -= 1;
    if (depth > bounds.depth || members > bounds.members) return true;
  }
  return false;
}

/**
 * The value of a JSON text from outside; undefined where it is none, or has more structure than `bounds` allow.
 * Everything that strangers send is read by this: `JSON.parse` alone has no bound on either.
 */
export function readJson(text: string, bounds: JsonBounds = JSON_BOUNDS): unknown {
  if (exceeds(text, bounds)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
