import { globSync, readFileSync } from 'node:fs';
import { is } from 'drizzle-orm';
import { SQLiteTable } from 'drizzle-orm/sqlite-core';
import { expect, test } from 'vitest';
import * as schema from '../db/schema.generated.ts';
import { settings } from '../src/config.ts';

/** The program without its comments; what declares settings, or says what is wrong with them, uses none. */
const sources = globSync('src/**/*.ts')
  .filter((path) => !/(^|[/-])settings\.ts$|\.generated\.ts$/.test(path))
  .map((path) => readFileSync(path, 'utf8').replace(/\/\*.*?\*\/|^\s*\/\/[^\n]*/gms, ''));

const isUsed = (word: string) => sources.some((text) => new RegExp(`\\b${word}\\b`).test(text));

test('the program uses every setting', () => {
  expect(Object.keys(settings).filter((name) => !isUsed(name))).toEqual([]);
});

test('the program uses every table', () => {
  const tables = Object.entries(schema).flatMap(([name, value]) => (is(value, SQLiteTable) ? [name] : []));
  const imported = sources.flatMap((text) =>
    [...text.matchAll(/import \{([^}]*)\} from '[./]*db\/schema\/[\w-]+\.ts'/g)].flatMap(([, names = '']) =>
      names.split(',').map((name) => name.trim().split(' ')[0]),
    ),
  );
  expect(tables.length).toBeGreaterThan(50);
  expect(tables.filter((name) => !imported.includes(name))).toEqual([]);
});

test('the examples of settings name none that is not there', () => {
  const named = ['.env.example', 'wrangler.toml'].flatMap((path) => [
    ...readFileSync(path, 'utf8').matchAll(/^(?:# ?)?([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*) ?=/gm),
  ]);
  expect(named.map(([, name = '']) => name).filter((name) => !Object.hasOwn(settings, name))).toEqual([]);
});
