/**
 * The words of a list as one automaton (Aho and Corasick, 1975): it finds all of them in one pass over a text. Its
 * nodes are the beginnings of words, the shortest first and those of one parent side by side, so that what most texts
 * need lies together in memory. All of it is flat arrays: 100,000 words are some megabytes, stored as they stand.
 */
export interface Automaton {
  /** How many nodes there are; the first is the empty beginning. */
  readonly size: number;
  /** The children of the first node by code point, for the basic plane: that is where most characters end. */
  readonly roots: Int32Array;
  /** Where the children of each node begin; they end where those of the next begin. One longer than the others. */
  readonly firsts: Int32Array;
  /** The last code point of each; among children they rise. */
  readonly points: Int32Array;
  /** The longest other beginning that ends a node's text as well. */
  readonly fails: Int32Array;
  /** The longest word that ends a node's text; 0 where none does. */
  readonly words: Int32Array;
  /** What the word does that a node is, and in which scope (`scopes.ts`); 0 where it is none. */
  readonly verdicts: Int32Array;
  /** How many code points each has. */
  readonly depths: Int32Array;
}

/** Code points that a word has at most. */
export const MOST_POINTS = 64;

/** The basic plane of Unicode. */
const PLANE = 0x10000;

type Children = Pick<Automaton, 'firsts' | 'points'>;

/** The child of a node under a code point; 0 where it has none. */
function childOf({ firsts, points }: Children, node: number, point: number): number {
  let low = firsts[node] ?? 0;
  let high = firsts[node + 1] ?? 0;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const found = points[middle] ?? 0;
    if (found === point) return middle;
    if (found < point) low = middle + 1;
    else high = middle;
  }
  return 0;
}

/** The children of the first node, by code point. */
export function rootsOf({ firsts, points }: Children): Int32Array {
  const roots = new Int32Array(PLANE);
  for (let child = firsts[0] ?? 0; child < (firsts[1] ?? 0); child += 1) {
    const point = points[child] ?? 0;
    if (point < PLANE) roots[point] = child;
  }
  return roots;
}

/** The node behind one more code point of a text. */
export function nextNode(automaton: Automaton, node: number, point: number): number {
  for (let from = node; from !== 0; from = automaton.fails[from] ?? 0) {
    const child = childOf(automaton, from, point);
    if (child !== 0) return child;
  }
  return point < PLANE ? (automaton.roots[point] ?? 0) : childOf(automaton, 0, point);
}
