import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { endpoints } from '../../src/endpoints.ts';

/** Files whose tests speak of each listing by name; the others walk all of them. */
const texts = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'))
  .join('\n');

test('every listing that is served is called by name somewhere in this suite', () => {
  const missing = endpoints.map(({ path }) => path).filter((path) => !texts.includes(`'${path}'`));
  expect(missing).toEqual([]);
});
