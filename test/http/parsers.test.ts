import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { OWN_TEXT, TEXT_PARSERS, type TextParser } from '../support/parsers.ts';

const folder = join(import.meta.dirname, '../../src');
const PARSES = /JSON\.parse\(|new URLSearchParams\(|\.(json|formData)\(\)|\.(lastIndexOf|indexOf|matchAll)\(/;

test('text of strangers is taken apart in the listed places alone', () => {
  const known = new Set([...TEXT_PARSERS.map(({ file }) => file), ...OWN_TEXT]);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.startsWith('commands/'))
    .filter((name) => PARSES.test(readFileSync(join(folder, name), 'utf8')));
  expect(files.length).toBeGreaterThan(20);
  expect(files.filter((name) => !known.has(name))).toEqual([]);
});

/** What is repeated, and what stands around it. */
const PIECES = [
  ...[
    '&',
    '=',
    'a&',
    'a=1&',
    '&&=',
    '%',
    '%2',
    '%41',
    '+',
    '%41+',
    '%+%',
    '?',
    ';',
    'a;',
    'a=;',
    ';token',
    '; ',
  ],
  ...[
    ',',
    '1,',
    ', ,',
    '.',
    ':',
    '/',
    '//',
    '\\',
    '\\\\',
    '\\"',
    '"',
    '""',
    '";"',
    "'",
    "''",
    '*=',
    "a*=UTF-8''%41;",
  ],
  ...[
    '[',
    ']',
    '[]',
    '[]&',
    '{',
    '}',
    '{}',
    '[,',
    '[{',
    '{"a":',
    '"a":1,',
    '"a",',
    '\\u0041',
    '1',
    '-',
    '1e',
    'a',
    ' ',
  ],
  ...[
    '\t',
    '\r\n',
    '\r\n ',
    '\r\n\r\n',
    '\r\n--',
    '\r\n--b',
    '\r\n--b\r\n',
    '--b',
    'a:',
    'a:\r\n',
    'filename="',
  ],
  ...[
    '1.1.1.1,',
    '::1,',
    '[::1]:',
    '10.0.0.1, ',
    '茶',
    '😀',
    '\ud800',
    '\u202e',
    '\0',
    'https://',
    'bytes=',
    'W/"a",',
  ],
];
const FRAMES: readonly (readonly [string, string])[] = [
  ['', ''],
  ['a', ''],
  ['{"', '":1}'],
  ['[', ']'],
  ['filename="', '"; name="b"'],
];
const adversarial = PIECES.flatMap((piece) => FRAMES.map(([before, after]) => ({ piece, before, after })));

const textOf = ({ piece, before, after }: (typeof adversarial)[number], length: number) =>
  before + piece.repeat(Math.ceil(length / piece.length)) + after;

async function readOnce(parser: TextParser, text: string): Promise<void> {
  try {
    await parser.read(text);
  } catch {
    // a refusal is an answer, too
  }
}

/** The least of some measurements: what a busy machine adds is not the parser's. Milliseconds. */
async function workOf(parser: TextParser, text: string, times: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < times; i += 1) {
    const before = performance.now();
    await readOnce(parser, text);
    least = Math.min(least, performance.now() - before);
  }
  return least;
}

/** So much processor time shows through the kernel's ticks: ms. */
const SEEN = 20;

/** The processor time of this thread alone that one reading takes, however busy the machine is. Milliseconds. */
async function processorTimeOf(parser: TextParser, text: string): Promise<number> {
  for (let times = 1; ; times *= 2) {
    const before = process.threadCpuUsage();
    for (let i = 0; i < times; i += 1) await readOnce(parser, text);
    const { user, system } = process.threadCpuUsage(before);
    const spent = (user + system) / 1000;
    if (spent >= SEEN) return spent / times;
  }
}

/** A linear law multiplies the work by this, a quadratic one by its square. */
const TIMES = 16;
/** Between the two, nearer to the square. */
const TOO_MUCH = 100;
/** Below this a measurement is noise: ms. */
const NOISE = 0.02;
const LONGEST = 64 * 1024;

/**
 * Work on the long text per work on the short one. The clock on the wall suffices to acquit; where it sees too much,
 * the processor's time decides.
 */
async function growth(parser: TextParser, text: (length: number) => string, long: number): Promise<number> {
  const [longer, shorter] = [text(long), text(long / TIMES)];
  for (const times of [1, 5]) {
    const work = await workOf(parser, longer, times); // first, so that what is compiled is compiled
    const ratio = work / Math.max(NOISE, await workOf(parser, shorter, times + 4));
    if (ratio < TOO_MUCH) return ratio;
  }
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 3 && least >= TOO_MUCH; i += 1) {
    const work = await processorTimeOf(parser, longer);
    least = Math.min(least, work / (await processorTimeOf(parser, shorter)));
  }
  return least;
}

describe('work on text of strangers grows with its length and no faster', () => {
  test.each(TEXT_PARSERS)('$name', { timeout: 60_000 }, async (parser) => {
    const long = Math.min(parser.most, LONGEST);
    for (const shape of adversarial) {
      const grown = await growth(parser, (length) => textOf(shape, length), long);
      expect(grown, JSON.stringify(shape)).toBeLessThan(TOO_MUCH);
    }
  });

  test('which a quadratic parser would not pass', async () => {
    const quadratic: TextParser = {
      name: 'bad',
      file: '',
      most: LONGEST,
      read: (text) => {
        let pairs = 0;
        for (let from = 0; from < text.length; from += 1) {
          for (let at = from; at < text.length; at += 1) pairs += text.charCodeAt(at) & 1;
        }
        return pairs;
      },
    };
    expect(await growth(quadratic, (length) => '&'.repeat(length), 8 * 1024)).toBeGreaterThan(TOO_MUCH);
  });
});
