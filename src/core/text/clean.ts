import { isVisible, withoutMisplaced } from './hidden.ts';

/** Blanks of any kind at either end, Braille's among them. */
const ends = /^[\s\p{Z}\u2800]+|[\s\p{Z}\u2800]+$/gu;

/** What somebody wrote, as it is stored: without blanks around it, and empty where nobody would see any of it. */
export function cleanText(text: string): string {
  const trimmed = text.trim();
  return isVisible(trimmed) ? trimmed : '';
}

/**
 * A name of a person, group or label, as it is stored: one line, with nothing in it that shows nothing or turns
 * the direction of what stands beside it. Emoji and joined scripts stay whole.
 * @returns `''` where nothing of it would be seen
 */
export function cleanName(text: string): string {
  const line = withoutMisplaced(text.replace(/[\t-\r\u0085\u2028\u2029]+/g, ' ')).replace(ends, '');
  return isVisible(line) ? line : '';
}
