import { type Automaton, nextNode } from './automaton.ts';
import { type Folded, foldedText } from './folded.ts';
import { actionIn, type TextScope, type WordAction } from './scopes.ts';

/** A word in a text. */
export interface Found {
  /** As the list has it: folded. */
  readonly word: string;
  readonly action: WordAction;
  /** Where it stands, in UTF-16 units of the text. */
  readonly start: number;
  readonly end: number;
}

/** Letters of scripts whose words stand apart, and digits of any. */
const letter = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Armenian}]$/u;
const digit = /^\p{Nd}$/u;

const pointAt = ({ points, length }: Folded, at: number): string =>
  at < 0 || at >= length ? '' : String.fromCodePoint(points[at] ?? 0);
const classOf = (character: string): string => {
  if (letter.test(character)) return 'letter';
  return digit.test(character) ? 'digit' : '';
};

/** Whether the character behind an edge of a word goes on with what the edge is: then it is part of another word. */
const goesOn = (folded: Folded, inside: number, outside: number): boolean => {
  const kind = classOf(pointAt(folded, inside));
  return kind !== '' && kind === classOf(pointAt(folded, outside));
};

/** The word that ends at a place, unless it is a part of a longer word there. */
function wordAt(folded: Folded, first: number, last: number, action: WordAction): Found | undefined {
  if (goesOn(folded, first, first - 1) || goesOn(folded, last, last + 1)) return undefined;
  return {
    word: String.fromCodePoint(...folded.points.subarray(first, last + 1)),
    action,
    start: folded.starts[first] ?? 0,
    end: folded.ends[last] ?? 0,
  };
}

/** Of the words that end at a place, the longest that does each thing: the shorter ones lie within it. */
function put(found: Found[], word: Found): void {
  for (let i = found.length - 1; i >= 0 && found[i]?.end === word.end; i -= 1)
    if (found[i]?.action === word.action) return;
  found.push(word);
}

/**
 * The words of a list that a text has, as one scope has them, in the order in which they end. Nothing is found across
 * blanks that the word itself has not, nor within a longer word of letters: `docs/operators.md#words`.
 */
export function wordsIn(automaton: Automaton, scope: TextScope, text: string): readonly Found[] {
  const { words, fails, verdicts, depths } = automaton;
  const folded = foldedText(text);
  const { points, length } = folded;
  const found: Found[] = [];
  let node = 0;
  for (let at = 0; at < length; at += 1) {
    node = nextNode(automaton, node, points[at] ?? 0);
    for (let end = words[node] ?? 0; end !== 0; end = words[fails[end] ?? 0] ?? 0) {
      const action = actionIn(verdicts[end] ?? 0, scope);
      const word = action && wordAt(folded, at - (depths[end] ?? 0) + 1, at, action);
      if (word) put(found, word);
    }
  }
  return found;
}

const HARDEST: readonly (WordAction | undefined)[] = [undefined, 'mask', 'review', 'refuse'];

/** What becomes of a text with these words; undefined where it has none. */
export const hardestOf = (found: readonly Found[]): WordAction | undefined =>
  HARDEST[found.reduce((most, { action }) => Math.max(most, HARDEST.indexOf(action)), 0)];

/** What stands in a text in place of each character of a word. */
const MASK = '＊';

/** A text whose masked words nobody can read. It is no longer than before. */
export function masked(text: string, found: readonly Found[]): string {
  const places = found
    .filter(({ action }) => action === 'mask')
    .toSorted((a, b) => a.start - b.start || b.end - a.end);
  let [done, result] = [0, ''];
  for (const { start, end } of places) {
    if (end <= done) continue;
    const from = Math.max(start, done);
    result += text.slice(done, from) + MASK.repeat([...text.slice(from, end)].length);
    done = end;
  }
  return result + text.slice(done);
}
