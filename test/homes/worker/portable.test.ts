import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const folder = join(import.meta.dirname, '../../../src');
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));

describe('what is neither home', () => {
  /** The only rooms that may know where they run. */
  const apart = /^(platform\/|homes\/|commands\/)/;

  test('imports nothing that only one of them has', () => {
    const found = sources.filter(
      ({ name, text }) =>
        !apart.test(name) &&
        /from '(bun|bun:\w+|cloudflare:\w+|node:(fs|os|path|child_process|http|worker_threads)[\w/]*)'|\bBun\./.test(
          text,
        ),
    );
    expect(found.map(({ name }) => name)).toEqual([]);
  });

  test('hashes with nothing that deployed Workers cap, and imports zod so that it stays small', () => {
    expect(sources.filter(({ text }) => /pbkdf2/i.test(text)).map(({ name }) => name)).toEqual([]);
    expect(sources.filter(({ text }) => /import \{ z \}/.test(text)).map(({ name }) => name)).toEqual([]);
  });
});
