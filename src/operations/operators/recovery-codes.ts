import type { Random } from '../../core/random.ts';
import { digest } from '../../core/sealing.ts';
import { plainCode } from '../../core/text/code.ts';
import type { Keys } from '../../platform/keys/keys.ts';

const COUNT = 10;
/** Letters and digits that nobody takes for each other: 32 of them, 5 bits each, and 80 bits a code. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const LENGTH = 16;

const draw = (random: Random) => {
  const letters = Array.from({ length: LENGTH }, () => ALPHABET[random.below(ALPHABET.length)]).join('');
  return letters.replace(/(.{4})(?=.)/g, '$1-');
};

/** New codes as they are shown, once: `7KQ2-…`. */
export const drawRecoveryCodes = (random: Random): readonly string[] =>
  Array.from({ length: COUNT }, () => draw(random));

/** What is stored of a code, however it was typed. Another server has other digests. */
export const recoveryDigest = (keys: Keys, code: string): string =>
  digest(keys.pepper, 'operator_recovery_codes.digest', plainCode(code));
