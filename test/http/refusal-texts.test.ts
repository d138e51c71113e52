import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** A refusal in a rule that brings its text along. */
const WITH_TEXT = /\b(?:refuse|new Refusal)\([^)]*\p{Script=Han}/u;

test('rules refuse by a reason, whose text stands in a declaration', () => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const bringing = sources.filter((name) => WITH_TEXT.test(readFileSync(`src/${name}`, 'utf8')));
  expect(bringing).toEqual([]);
  expect(WITH_TEXT.test("return refuse('NOT_SENT', { reason: '金额不足' });")).toBe(true);
});
