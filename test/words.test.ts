// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the lines are source text
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

/**
 * A column that holds a state, a kind or a role has words for its numbers in db/schema. Nothing else writes the
 * numbers, in SQL or in TypeScript.
 */

const NOUN = 'state|status|stage|kind|role|privacy|type|category|device|sex|direction|mode';
const COLUMN = `(?:[a-z]\\w*_)?(?:${NOUN})|[a-z]\\w*(?:State|Status|Stage|Kind|Role|Privacy|Type|Category|Device|Mode|Direction)`;
/** The column's end, with what a template or a quoted name closes. */
const NAMED = `\\b(?:${COLUMN})['"\`)}]*`;
/** As long as a state's number is. An HTTP status has three digits. */
const NUMBER = '-?\\d{1,2}\\b(?!\\.)';
const WRITTEN_OUT = [
  `${NAMED}\\s*(?:={1,3}|!==?|<>|<=?|>=?|\\bIS(?: NOT)?)\\s*${NUMBER}`,
  `${NAMED}\\s+(?:NOT )?(?:IN|BETWEEN)\\s*\\(?\\s*${NUMBER}`,
  `${NAMED}\\s+(?:NOT )?IN\\s*\\([^()\`]*,\\s*${NUMBER}`,
  `\\bCASE\\s+\\S*${NAMED}\\s(?:.*\\s)?WHEN\\s+${NUMBER}`,
  `\\b(?:eq|ne|lte?|gte?|inArray)\\(\\s*[\\w.]+\\.(?:${COLUMN}),\\s*\\[?${NUMBER}`,
  `\\b(?:${COLUMN})\\??:\\s*(?:\\|\\s*)?\\d{1,2}\\b(?!\\.)`,
].map((pattern) => new RegExp(pattern));

const withoutComments = (text: string) =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ''))
    .replace(/(^|\s)\/\/.*$/gm, '');

/** The lines of a source that write a column's number out. */
const written = (source: string) =>
  withoutComments(source)
    .split('\n')
    .filter((line) => WRITTEN_OUT.some((pattern) => pattern.test(line)));

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !name.includes('.generated.') && !name.includes('uploads/formats/'),
);

describe('the words of columns', () => {
  test('are what every source writes in place of their numbers', () => {
    expect(sources.length).toBeGreaterThan(300);
    const found = sources.flatMap((name) =>
      written(readFileSync(`src/${name}`, 'utf8')).map((line) => `src/${name}: ${line.trim()}`),
    );
    expect(found).toEqual([]);
  });

  test.each([
    'WHERE f.state = 2',
    'WHERE status <> 1 AND x',
    'AND ${friendships.state} = 2',
    'stage IN (0, 1)',
    'stage IN (${STAGE.sent}, 3)',
    'manager.role <= 2',
    'CASE rp.dest_type WHEN 1 THEN',
    '.where(eq(identityChecks.state, 0))',
    '.where(inArray(uploads.state, [1, 3]))',
    "if (found.status === 1) refuse('COMPLETE');",
    'tell({ type: 8, from })',
    'state: 0 | 1 | 2',
    '"join_mode" BETWEEN 1 AND 2',
    'sql`${myRole} = 1`',
  ])('would be missed in: %s', (line) => {
    expect(written(line)).toEqual([line]);
  });

  test.each([
    'WHERE f.state = ${FRIEND.friends}',
    'response.status === 200',
    '/** state = 2: friends */',
    'is_blocked = 1',
    'stage IN (${STAGE.queued}, ${STAGE.sent})',
  ])('are not asked for in: %s', (line) => {
    expect(written(line)).toEqual([]);
  });
});
