import { plainCode } from '../../core/text/code.ts';

/** Weights and check digits of a resident identity number (GB 11643-1999, ISO 7064 MOD 11-2). */
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_DIGITS = '10X98765432';

function isBirthday(text: string): boolean {
  const [year, month, day] = [text.slice(0, 4), text.slice(4, 6), text.slice(6, 8)].map(Number) as [
    number,
    number,
    number,
  ]; // eight digits
  const date = new Date(Date.UTC(year, month - 1, day));
  return year >= 1900 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/**
 * The number in capital form when it can exist (a birthday, the right check digit), else undefined.
 * Only 18 digits: the 15-digit form ended in 2013.
 */
export function parseIdNumber(text: string): string | undefined {
  const number = plainCode(text);
  if (!/^[1-9]\d{16}[\dX]$/.test(number) || !isBirthday(number.slice(6, 14))) return undefined;
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * Number(number[i]), 0);
  return CHECK_DIGITS[sum % 11] === number[17] ? number : undefined;
}
