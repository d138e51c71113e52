import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { documents } from '../scripts/documents.ts';

describe('generated documents', () => {
  test.each(Object.entries(documents()))('%s is current (bun run docs:generate)', (path, text) => {
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});
