import { withoutHidden } from './hidden.ts';

/** Hyphens and dashes of every width. */
const dashes = /[\p{Pd}\u2212\u00AD\u30FC]/gu;

/**
 * A number or code as it is meant, however it was typed or copied: full-width digits as plain ones, without
 * blanks, hyphens and invisible marks. For SMS codes, card and ID numbers.
 */
export const plainCode = (text: string): string =>
  withoutHidden(text.normalize('NFKC'))
    .replace(dashes, '')
    .replace(/[\s\p{Z}]+/gu, '')
    .toUpperCase();
