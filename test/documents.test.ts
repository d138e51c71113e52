import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { documents } from '../scripts/documents.ts';

describe('generated documents', () => {
  test.each(Object.keys(documents()))('%s is current (bun run docs:generate)', (path) => {
    expect(readFileSync(path, 'utf8')).toBe(documents()[path]);
  });
});
