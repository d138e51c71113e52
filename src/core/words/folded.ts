import { BoundedMap } from '../bounded.ts';
import { fold } from '../text/fold.ts';

/** Code points of a text as they compare, and where each came from. Reused: what holds it copies it. */
export interface Folded {
  /** Code points; the first `length` count. */
  readonly points: Int32Array;
  /** Where the character of each begins in the text, in UTF-16 units, and where it ends. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  length: number;
}

const BLANK = 0x20;
const HIDDEN = 0;
const UNKNOWN = -1;
const SEVERAL = -2;
const MARK = -3;
/** Marks behind one letter that are looked at together: no script has more, and what piles them up gains nothing. */
const MOST_MARKS = 8;
/** A character folds into 18 at most (U+FDFA), and a letter with its marks into few more. */
const MOST_FOR_ONE = 18;

/** Accents, vowel signs, and the halves of Korean and Japanese letters that join what stands before them. */
const marks = /^[\p{M}\u1160-\u11FF\uFF9E\uFF9F]$/u;
const blanks = /^[\s\p{Z}\u2800]$/u;

/** What each unit of the basic plane folds to, found out when it is first met. */
const known = new Int32Array(0x10000).fill(UNKNOWN);
/** The same for what folds to several, and for characters beyond that plane. */
const longer = new BoundedMap<string, readonly number[]>(20_000);

const pointsOf = (text: string): number[] => Array.from(text, (character) => character.codePointAt(0) ?? 0);

function foldedPoints(cluster: string): readonly number[] {
  const found = longer.get(cluster);
  if (found) return found;
  const points = pointsOf(fold(cluster));
  longer.set(cluster, points);
  return points;
}

function findOut(unit: number): number {
  const character = String.fromCharCode(unit);
  if (blanks.test(character)) return BLANK;
  if (marks.test(character)) return MARK;
  const points = pointsOf(fold(character));
  const [only = HIDDEN] = points;
  return points.length > 1 ? SEVERAL : only;
}

const singleOf = (unit: number): number => {
  const single = known[unit] ?? UNKNOWN;
  if (single !== UNKNOWN) return single;
  const found = findOut(unit);
  known[unit] = found;
  return found;
};

const isMark = (text: string, at: number): boolean =>
  at < text.length && singleOf(text.charCodeAt(at)) === MARK;
const isPair = (unit: number, text: string, at: number): boolean =>
  unit >= 0xd800 && unit < 0xdc00 && at + 1 < text.length && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;

const made = (capacity: number): Folded => ({
  points: new Int32Array(capacity),
  starts: new Int32Array(capacity),
  ends: new Int32Array(capacity),
  length: 0,
});
let scratch = made(1024);

function put(folded: Folded, point: number, start: number, end: number): void {
  const { length } = folded;
  // Several blanks are one.
  if (point === BLANK && length > 0 && folded.points[length - 1] === BLANK) return;
  folded.points[length] = point;
  folded.starts[length] = start;
  folded.ends[length] = end;
  folded.length = length + 1;
}

/**
 * A text as words are looked for in it, folded as `fold` does it, with the place of each character: whatever its case
 * and width, characters that show nothing left out, several blanks as one. One pass. The next call overwrites it.
 */
export function foldedText(text: string): Folded {
  if (scratch.points.length < text.length * 2 + MOST_FOR_ONE) scratch = made(text.length * 2 + 1024);
  scratch.length = 0;
  for (let at = 0; at < text.length; ) {
    const unit = text.charCodeAt(at);
    const paired = isPair(unit, text, at);
    let end = at + (paired ? 2 : 1);
    const single = paired ? SEVERAL : singleOf(unit);
    if (single >= 0 && !isMark(text, end)) {
      if (single !== HIDDEN) put(scratch, single, at, end);
      at = end;
      continue;
    }
    for (let i = 0; i < MOST_MARKS && isMark(text, end); i += 1) end += 1;
    const points = foldedPoints(text.slice(at, end));
    if (scratch.length + points.length + text.length - end > scratch.points.length) grow(text.length - end);
    for (const point of points) put(scratch, point, at, end);
    at = end;
  }
  return scratch;
}

/** Makes room where much of a text folds into more. */
function grow(left: number): void {
  const larger = made(2 * scratch.points.length + left + MOST_FOR_ONE);
  larger.points.set(scratch.points);
  larger.starts.set(scratch.starts);
  larger.ends.set(scratch.ends);
  larger.length = scratch.length;
  scratch = larger;
}

/** A word as it is kept and looked for: its folded text, without blanks at its ends. */
export function foldedWord(word: string): string {
  const { points, length } = foldedText(word);
  return String.fromCodePoint(...points.subarray(0, length)).trim();
}
