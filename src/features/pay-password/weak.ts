import { createHash } from 'node:crypto';
import { nationalMobile } from '../../core/text/mobile.ts';
import type { NewPassword } from '../../http/params.ts';

/** Digits that a pay password has in the original's apps (docs/original.md#passwords). */
const LENGTH = 6;
/** Lengths that are looked at where an app takes others. */
const LENGTHS = [1, 2, 3, 4, 5, 6, 7, 8];
/** Candidates that are hashed before others have their turn: about a millisecond. */
const AT_ONCE = 1000;

const two = (number: number) => String(number).padStart(2, '0');
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

/** Digits that repeat, one by one or in groups of two or three, or each twice. */
function* repeating(): Generator<string> {
  for (const digit of upTo(10)) for (const length of LENGTHS) yield String(digit).repeat(length);
  for (const pair of upTo(100)) yield two(pair).repeat(LENGTH / 2);
  for (const number of upTo(1000)) {
    const three = String(number).padStart(3, '0');
    yield three.repeat(LENGTH / 3);
    yield three.replace(/\d/g, (digit) => digit + digit);
  }
}

/** Digits that rise or fall by one; 0 is behind 9. */
function* stepping(): Generator<string> {
  for (const from of upTo(10))
    for (const length of LENGTHS)
      for (const step of [1, 9])
        yield upTo(length)
          .map((i) => (from + i * step) % 10)
          .join('');
}

/** A day of any year in six digits, or a month of 1900 to 2099, in whatever order people write them. */
function* dates(): Generator<string> {
  for (const month of upTo(12).map((i) => two(i + 1))) {
    for (const year of upTo(200).map((i) => 1900 + i)) yield* [`${year}${month}`, `${month}${year}`];
    for (const day of upTo(31).map((i) => two(i + 1)))
      for (const year of upTo(100).map(two))
        yield* [`${year}${month}${day}`, `${month}${day}${year}`, `${day}${month}${year}`];
  }
}

function* weakOf(mobile: string): Generator<string> {
  const digits = nationalMobile(mobile).replace(/\D/g, '');
  for (const length of [...LENGTHS, digits.length]) yield digits.slice(-length);
  yield* repeating();
  yield* stepping();
  yield* dates();
}

const md5 = (text: string) => createHash('md5').update(text).digest('hex');
const othersTurn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

/**
 * Whether anybody would guess a pay password: its digits repeat, rise or fall, are a date, or end its owner's mobile
 * (docs/decisions.md#passwords), or there are too few. Where the client sent the md5, a hundred thousand such are
 * hashed, a few at a time.
 * @param mobile E.164
 */
export async function isWeakPayPassword(password: NewPassword, mobile: string): Promise<boolean> {
  if (password.length !== undefined && password.length < LENGTH) return true;
  let looked = 0;
  for (const candidate of weakOf(mobile)) {
    if (md5(candidate) === password.md5) return true;
    looked += 1;
    if (looked % AT_ONCE === 0) await othersTurn();
  }
  return false;
}
