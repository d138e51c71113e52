import { readJson } from './json.ts';

/** A string, a number or a word at the beginning of a text. */
const SCALAR = /\s*("(?:[^"\\]|\\.)*"|[^\s"[\]{},:]+)/sy;
const BLANKS = /\s*/y;
const COLON = /\s*:/sy;
const COMMA = /\s*,/sy;
const OPENING = /\s*\{/sy;

const BEGINNINGS = new Set(['[', '{']);
const ENDS = new Set([']', '}']);

/** Where the list or object that begins at `start` ends; undefined where it goes on. */
function nestedEnd(text: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const c = text[at] ?? '';
    if (c === '"') {
      SCALAR.lastIndex = at;
      if (!SCALAR.test(text)) return undefined;
      at = SCALAR.lastIndex - 1;
    } else if (BEGINNINGS.has(c)) depth += 1;
    else if (ENDS.has(c)) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}

/**
 * Names and texts of a JSON object whose text goes on behind what is here: its first members, as far as they are
 * strings, numbers or words. What is no beginning of an object has none.
 */
export function readLeadingMembers(text: string): [string, string][] {
  const members: [string, string][] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at = pattern.lastIndex;
    return found ? (found[1] ?? '') : undefined;
  };
  if (take(OPENING) === undefined) return members;
  for (;;) {
    const name = readJson(take(SCALAR) ?? '');
    if (typeof name !== 'string' || take(COLON) === undefined) return members;
    const value = take(SCALAR);
    if (value === undefined) {
      take(BLANKS);
      const end = nestedEnd(text, at);
      if (end === undefined) return members;
      at = end;
    }
    // A scalar at the text's end may go on.
    if (take(COMMA) === undefined) return members;
    const read = value === undefined ? undefined : readJson(value);
    if (read !== undefined && read !== null) members.push([name, String(read)]);
  }
}
