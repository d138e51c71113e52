import { withoutHidden } from './hidden.ts';

/**
 * Full case folding: `ß` and `ẞ` as `ss`, every sigma as `σ`. The i's of Turkish, with a dot and without, are one
 * letter here, so that people find each other whichever keyboard they have.
 */
const withoutCase = (text: string): string =>
  text
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .replace(/i\u0307/g, 'i');

const normal = (text: string): string => withoutHidden(text.normalize('NFKC'));

/**
 * A text as searches and comparisons take it: whatever its case, width, normal form, blanks, and characters that
 * show nothing. Texts that look alike to a reader fold to the same.
 */
export const fold = (text: string): string =>
  normal(withoutCase(normal(text)))
    .replace(/[\s\p{Z}\u2800]+/gu, ' ')
    .trim();
