/** What it costs to look for many words: `bun bench/words.ts`. Times are of the processor, in this thread. */
import { building } from '../src/core/words/build.ts';
import { toBytes } from '../src/core/words/bytes.ts';
import { wordsIn } from '../src/core/words/find.ts';
import { verdictsOf } from '../src/core/words/scopes.ts';

const WORDS = 100_000;
let state = 7;
const draw = (below: number): number => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return (state >>> 8) % below;
};
const textOf = (length: number, first: number, letters: number): string =>
  Array.from({ length }, () => String.fromCharCode(first + draw(letters))).join('');
const chinese = (length: number): string => textOf(length, 0x4e00, 3500);
const latin = (length: number): string => textOf(length, 97, 26);
const sentence = (length: number): string =>
  Array.from({ length: Math.ceil(length / 6) }, () => latin(5))
    .join(' ')
    .slice(0, length);

const spent = (work: () => void): number => {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return user + system;
};

const words = Array.from({ length: WORDS }, (_, i) => ({
  word: i % 5 ? chinese(2 + draw(5)) : latin(4 + draw(8)),
  verdicts: verdictsOf('all', 'refuse'),
}));
const steps = building(words);
let [longest, all] = [0, 0];
let step = steps.next();
while (!step.done) {
  const took = spent(() => {
    step = steps.next();
  });
  longest = Math.max(longest, took);
  all += took;
}
const automaton = step.value;
const megabytes = toBytes(automaton).length / 1e6;
const lines = [
  `${WORDS} words: ${automaton.size} states, ${megabytes.toFixed(1)} MB, built in ${(all / 1000).toFixed(0)} ms, the longest slice ${(longest / 1000).toFixed(1)} ms`,
];
for (const [name, text] of [
  ['200 Chinese characters', chinese(200)],
  ['200 Latin letters', sentence(200)],
  ['16 kB of Chinese', chinese(5461)],
  ['16 kB of Latin letters', sentence(16_384)],
] as const) {
  const times = Math.ceil(400_000 / text.length);
  const look = () => {
    for (let i = 0; i < times; i += 1) wordsIn(automaton, 'message', text);
  };
  look();
  lines.push(`${name}: ${(spent(look) / times).toFixed(1)} µs`);
}
process.stdout.write(`${lines.join('\n')}\n`);
