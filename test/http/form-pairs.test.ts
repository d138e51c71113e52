import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formPairs } from '../../src/http/pairs.ts';

const pieces = fc.constantFrom(
  'a',
  'destId',
  '=',
  '&',
  '?',
  '+',
  '%41',
  '%E8%8C%B6',
  '%',
  '茶',
  '1',
  '#',
  ' ',
);

test('urlencoded text means what URLSearchParams says, escaped or not', () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
      const text = parts.join('');
      expect([...formPairs(text)]).toEqual([...new URLSearchParams(text)]);
    }),
    { numRuns: 2000 },
  );
});
