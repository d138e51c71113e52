import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { endpoints } from '../../src/endpoints.ts';

/** Files whose tests speak of calls by name; others walk all of them. */
const texts = globSync('test/e2e/*.test.ts')
  .map((path) => readFileSync(path, 'utf8'))
  .join('\n');

test('the end-to-end suite calls every endpoint by name', () => {
  const missing = endpoints.map(({ path }) => path).filter((path) => !texts.includes(`'${path}'`));
  expect(missing).toEqual([]);
});
