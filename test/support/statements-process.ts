import { glob, readFile } from 'node:fs/promises';
import { preparedStatements } from '../../src/platform/database/query.ts';

// Prints every statement of the program as JSON, in a process of its own: tests prepare some, too.
for await (const file of glob('src/**/*.ts')) {
  const text = await readFile(file, 'utf8');
  // The Worker's entry ends the list where it begins, and can be loaded by nobody else.
  if (/^completeStatements\(\);$/m.test(text)) continue;
  if (/from '(?:drizzle-orm|\S+\/database\/query\.ts)'/.test(text)) await import(`../../${file}`);
}
process.stdout.write(JSON.stringify(preparedStatements()));
