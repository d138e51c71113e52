import { type Automaton, MOST_POINTS, nextNode, rootsOf } from './automaton.ts';
import { harderOf } from './scopes.ts';

/** A folded word, and what it does in which scope. */
export interface ListedWord {
  readonly word: string;
  readonly verdicts: number;
}

/** A word by its code points. */
interface Spelt {
  readonly points: readonly number[];
  readonly verdicts: number;
}

/** Words, or nodes, that are worked on before others have a turn. */
const TOGETHER = 1000;

const spelt = ({ word, verdicts }: ListedWord): Spelt => ({
  points: Array.from(word, (character) => character.codePointAt(0) ?? 0),
  verdicts,
});

function inOrder({ points: a }: Spelt, { points: b }: Spelt): number {
  for (let i = 0; i < a.length && i < b.length; i += 1) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** The words in the order of their code points, those of each first character at a time. */
function* sorted(words: Iterable<ListedWord>): Generator<undefined, Spelt[]> {
  const byFirst = new Map<number, Spelt[]>();
  let count = 0;
  for (const listed of words) {
    const word = spelt(listed);
    const [first] = word.points;
    if (first !== undefined && word.points.length <= MOST_POINTS) {
      const others = byFirst.get(first);
      if (others) others.push(word);
      else byFirst.set(first, [word]);
    }
    count += 1;
    if (count % TOGETHER === 0) yield;
  }
  const all: Spelt[] = [];
  for (const first of [...byFirst.keys()].sort((a, b) => a - b)) {
    for (const word of (byFirst.get(first) ?? []).sort(inOrder)) all.push(word);
    yield;
  }
  return all;
}

/** An automaton while its nodes are made, the shortest first. */
class Making {
  size = 1;
  private readonly words: readonly Spelt[];
  /** The words that begin with a node's text: from one place in their order to another. */
  private readonly from: Int32Array;
  private readonly upTo: Int32Array;
  readonly made: Automaton;

  constructor(words: readonly Spelt[]) {
    const most = words.reduce((sum, { points }) => sum + points.length, 2);
    const array = () => new Int32Array(most);
    this.words = words;
    this.from = array();
    this.upTo = array();
    this.upTo[0] = words.length;
    const roots = new Int32Array(0x10000);
    this.made = {
      ...{ size: most, roots, firsts: array(), points: array() },
      ...{ fails: array(), words: array(), verdicts: array(), depths: array() },
    };
  }

  /** Makes the children of a node; those of all nodes before it are made. It yields after each thousand words. */
  *open(node: number): Generator<undefined, void> {
    const { firsts } = this.made;
    const end = this.upTo[node] ?? 0;
    firsts[node] = this.size;
    for (let from = this.from[node] ?? 0; from < end; from += TOGETHER) {
      if (from > (this.from[node] ?? 0)) yield;
      this.take(node, from, Math.min(from + TOGETHER, end));
    }
    firsts[node + 1] = this.size;
    this.link(node);
  }

  private take(node: number, from: number, upTo: number): void {
    const { depths, verdicts } = this.made;
    const depth = depths[node] ?? 0;
    for (let at = from; at < upTo; at += 1) {
      const word = this.words[at];
      const point = word?.points[depth];
      if (point === undefined) verdicts[node] = harderOf(verdicts[node] ?? 0, word?.verdicts ?? 0);
      else this.extend(node, point, at);
    }
  }

  /** Puts a word to the child that it begins with: the last one, or a new one. */
  private extend(node: number, point: number, at: number): void {
    const { firsts, points, depths } = this.made;
    const last = this.size - 1;
    if (last >= (firsts[node] ?? 0) && points[last] === point) {
      this.upTo[last] = at + 1;
      return;
    }
    const child = this.size;
    this.size += 1;
    points[child] = point;
    depths[child] = (depths[node] ?? 0) + 1;
    this.from[child] = at;
    this.upTo[child] = at + 1;
  }

  /** Sets where its children go on that have no child for a code point. */
  private link(node: number): void {
    const { firsts, points, fails, words, verdicts, roots } = this.made;
    const fail = fails[node] ?? 0;
    words[node] = verdicts[node] ? node : (words[fail] ?? 0);
    if (node === 0) roots.set(rootsOf(this.made));
    for (let child = firsts[node] ?? 0; node !== 0 && child < this.size; child += 1)
      fails[child] = nextNode(this.made, fail, points[child] ?? 0);
  }

  end(): Automaton {
    const { size } = this;
    const { roots, firsts, points, fails, words, verdicts, depths } = this.made;
    const part = (array: Int32Array) => array.slice(0, size);
    return {
      ...{ size, roots, firsts: firsts.slice(0, size + 1), points: part(points) },
      ...{ fails: part(fails), words: part(words), verdicts: part(verdicts), depths: part(depths) },
    };
  }
}

/**
 * Builds the automaton of some words, in steps of some milliseconds: it yields after each thousand words and nodes. A
 * word of more than `MOST_POINTS` code points, or of none, is left out.
 */
export function* building(words: Iterable<ListedWord>): Generator<undefined, Automaton> {
  const inTurn = yield* sorted(words);
  yield;
  const making = new Making(inTurn);
  yield;
  for (let node = 0; node < making.size; node += 1) {
    yield* making.open(node);
    if (node % TOGETHER === 0) yield;
  }
  yield;
  return making.end();
}

/** The same at once, for few words. */
export function automatonOf(words: Iterable<ListedWord>): Automaton {
  const steps = building(words);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
