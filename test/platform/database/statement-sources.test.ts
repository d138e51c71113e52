import { execFile } from 'node:child_process';
import { glob, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** What speaks to a database of its schema or as a whole, before anybody is served or beside the server. */
const DATABASE = 'src/platform/database/';
/** Its own RETURNING behind a prepared statement. */
const ANNOUNCING = 'src/homes/worker/announcing.ts';

test('nobody else writes a statement for the database', async () => {
  const writers: string[] = [];
  for await (const file of glob('src/**/*.ts')) {
    const text = await readFile(file, 'utf8');
    if (!file.startsWith(DATABASE) && /\bkind: '(?:rows|change)'/.test(text)) writers.push(file);
  }
  expect(writers).toEqual([ANNOUNCING]);
});

test('of Drizzle, nothing is used but its public parts', async () => {
  const modules = new Set<string>();
  for await (const file of glob(['src/**/*.ts', 'db/**/*.ts'])) {
    const text = await readFile(file, 'utf8');
    for (const [, name = ''] of text.matchAll(/from '(drizzle-orm[^']*)'/g)) modules.add(name);
    expect(text, file).not.toMatch(
      /\b(?:queryChunks|entityKind|shouldInlineParams|mapWith)\b|Symbol\.for\('drizzle/,
    );
  }
  expect([...modules].sort()).toEqual(['drizzle-orm', 'drizzle-orm/sqlite-core']);
});

test('a running server prepares none', async () => {
  const late = `
    const { sql } = await import('drizzle-orm');
    const { completeStatements, prepareChange } = await import('./src/platform/database/query.ts');
    completeStatements();
    try { prepareChange(sql\`DELETE FROM users\`); } catch ({ message }) { process.stdout.write(message); }`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', late]);
  expect(stdout).toBe('Statements are prepared at module level, and never by a running server.');
  for (const entry of ['src/commands/serve.ts', 'src/homes/worker/index.ts'])
    expect(await readFile(entry, 'utf8'), entry).toContain('completeStatements();');
});
