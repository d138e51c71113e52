/** What file systems take at most. */
const MAX_LENGTH = 255;

/** Control characters, and those that turn the direction of text around, so that `gpj.exe` looks like another name. */
const UNSEEN = /[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/**
 * A file's name as somebody called it, without folders and what cannot be seen; at most 255 UTF-16 units. Empty where
 * nothing of it is a name.
 */
export function cleanFileName(given: string): string {
  const folders = Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\'));
  const name = given
    .slice(folders + 1)
    .replace(UNSEEN, '')
    .trim();
  if (name === '.' || name === '..') return '';
  return name.length > MAX_LENGTH ? name.slice(0, MAX_LENGTH).toWellFormed() : name;
}
