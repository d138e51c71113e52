import { glob, readFile } from 'node:fs/promises';
import { watchStatements } from '../../src/platform/database/query.ts';
import type { PreparedStatement } from './statements.ts';

// Prints every statement of the program as JSON, in a process of its own: tests prepare some, too.
const all: (() => PreparedStatement)[] = [];
watchStatements((text) => {
  const calls = callsIn(new Error().stack ?? '');
  all.push(() => ({ ...text(), calls }));
});

/** The places of the program in a stack outside the module that prepares, innermost first. */
const callsIn = (stack: string): string[] =>
  [...stack.matchAll(/\/(src\/\S+\.ts:\d+:\d+)/g)]
    .map(([, place = '']) => place)
    .filter((place) => !place.startsWith('src/platform/database/query.ts'));

for await (const file of glob('src/**/*.ts')) {
  const text = await readFile(file, 'utf8');
  // The Worker's entry ends the list where it begins, and can be loaded by nobody else.
  if (/^completeStatements\(\);$/m.test(text)) continue;
  if (/from '(?:drizzle-orm|\S+\/database\/query\.ts)'/.test(text)) await import(`../../${file}`);
}
process.stdout.write(JSON.stringify(all.map((statement) => statement())));
