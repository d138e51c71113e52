import { expect, test } from 'vitest';
import { textFiles } from './repository.ts';

/** A folder beside the checkout, and one of somebody's machine: written so that this file does not name them. */
const BESIDE = ['..', 'shared'].join('/');
const MACHINE = new RegExp(String.raw`(?<![\w.~@*-])${['', 'work'].join('/')}(?![\w-])`);
/** Reads by a path that leads out of the folder in which tests and scripts run. */
const READS_ABOVE = /\b(?:\w*(?:[rR]ead|exists|open|stat|copy|glob)\w*|file)\(\s*['"`]\.\.\//;

const leads = (text: string) => text.includes(BESIDE) || MACHINE.test(text) || READS_ABOVE.test(text);

test('no file reads or names what is outside of the repository', () => {
  expect(textFiles.length).toBeGreaterThan(500);
  expect(textFiles.filter(({ text }) => leads(text)).map(({ path }) => path)).toEqual([]);
});

test.each([
  `readFileSync('${'.'.repeat(2)}/facts.json')`,
  `see ${BESIDE}/facts`,
  `cd ${['', 'work', 'main'].join('/')}`,
])('%s is found', (text) => {
  expect(leads(text)).toBe(true);
});

test.each(["from '../core/work-places.ts'", 'test/support/work.ts', '/workers/', 'network/work'])(
  '%s is not',
  (text) => {
    expect(leads(text)).toBe(false);
  },
);
