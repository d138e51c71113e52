/** `bun run docs:generate`: writes what is generated from declarations and committed. A test checks that it is current. */
import { writeFileSync } from 'node:fs';
import { configMarkdown } from '../src/commands/config.ts';
import { openApiText } from '../src/commands/openapi.ts';

/** Every generated document: its path and its text. */
export const documents = (): Readonly<Record<string, string>> => ({
  'openapi.json': `${openApiText()}\n`,
  'docs/configuration.md': configMarkdown(),
});

if (import.meta.main) for (const [path, text] of Object.entries(documents())) writeFileSync(path, text);
