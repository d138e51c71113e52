import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

/** What somebody can still read at once. A longer file has more than one subject. */
const MOST_LINES = 400;

/** A file's lines, its last one ended or not. */
const linesOf = (text: string) => text.trimEnd().split('\n').length;
const isLong = (text: string) => linesOf(text) > MOST_LINES;

test('no file is longer than one reads at once', () => {
  const files = globSync('{src,test,sdk/src,examples,scripts}/**/*.ts', { cwd: root }).filter(
    (name) => !name.endsWith('.generated.ts'),
  );
  expect(files.length).toBeGreaterThan(900);
  const long = files.flatMap((name) => {
    const text = readFileSync(join(root, name), 'utf8');
    return isLong(text) ? [`${name}: ${linesOf(text)} lines`] : [];
  });
  expect(long).toEqual([]);
});

test('which it would see', () => {
  expect(isLong('line\n'.repeat(MOST_LINES))).toBe(false);
  expect(isLong('line\n'.repeat(MOST_LINES + 1))).toBe(true);
});
