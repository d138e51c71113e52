import { type Automaton, rootsOf } from './automaton.ts';

/** Says which order of arrays the bytes have, and that they are ours. */
const FORMAT = 0x7ea40001;
const HEAD = 2;
const ARRAYS = 6;

/** An automaton as bytes, which another process reads without building anything. */
export function toBytes(automaton: Automaton): Uint8Array<ArrayBuffer> {
  const { size, firsts, points, fails, words, verdicts, depths } = automaton;
  const all = new Int32Array(HEAD + ARRAYS * size + 1);
  all.set([FORMAT, size]);
  let at = HEAD;
  for (const array of [points, fails, words, verdicts, depths, firsts]) {
    all.set(array, at);
    at += array.length;
  }
  return new Uint8Array(all.buffer);
}

/** The automaton of such bytes, which it goes on to use; undefined where they are of another format. */
export function fromBytes(bytes: ArrayBuffer): Automaton | undefined {
  if (bytes.byteLength % 4 !== 0) return undefined;
  const all = new Int32Array(bytes);
  const [format, size = 0] = all;
  if (format !== FORMAT || size < 1 || all.length !== HEAD + ARRAYS * size + 1) return undefined;
  const array = (i: number, more = 0) => all.subarray(HEAD + i * size, HEAD + (i + 1) * size + more);
  const [points, firsts] = [array(0), array(5, 1)];
  return {
    ...{ size, roots: rootsOf({ firsts, points }), firsts, points },
    ...{ fails: array(1), words: array(2), verdicts: array(3), depths: array(4) },
  };
}
