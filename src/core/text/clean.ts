import { isVisible, withoutMisplaced } from './hidden.ts';

/** A blank of any kind, Braille's among them. */
const isBlank = (unit: string): boolean => /^[\s\p{Z}\u2800]$/u.test(unit);

/** The text without blanks at its ends; a pattern for them would begin again at each blank within. */
function withoutEnds(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && isBlank(text.charAt(start))) start += 1;
  while (end > start && isBlank(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

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
  const line = withoutEnds(withoutMisplaced(text.replace(/[\t-\r\u0085\u2028\u2029]+/g, ' ')));
  return isVisible(line) ? line : '';
}
