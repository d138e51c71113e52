import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

/** Folders that are made here and are no part of the repository. */
const MADE = new Set(['.git', '.wrangler', 'coverage', 'data', 'dist', 'node_modules']);
const GENERATED = /^(package-lock\.json|openapi(-operators)?\.json|db\/migrations\/meta\/.*)$/;
const TEXT = /\.(md|ts|mts|mjs|js|json|sql|toml|yaml|yml|html|css|sh|txt|example)$/;
const NAMED = new Set(['.ci/run', 'Dockerfile', '.dockerignore', '.gitignore', '.gitattributes']);

/** A text file of the repository: its path from the root, and what it says. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
}

function pathsIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return MADE.has(entry.name) ? [] : pathsIn(path);
    return entry.isFile() ? [path] : [];
  });
}

/** Everything that people write here: code, settings, documents. */
export const textFiles: readonly TextFile[] = pathsIn('')
  .filter((path) => (TEXT.test(path) || NAMED.has(path)) && !GENERATED.test(path))
  .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));

export const documents: readonly TextFile[] = textFiles.filter(({ path }) => path.endsWith('.md'));
