import { isCommonPassword } from '../../features/accounts/password-rules.ts';
import type { PlainPassword } from '../../features/sessions/password.ts';
import { md5Of } from '../../http/params.ts';
import type { OperatorName } from './name.ts';

const MIN_LENGTH = 12;
export const MAX_PASSWORD_LENGTH = 128;
/** Different characters at least: `aaaaaaaaaaaa` and `121212121212` have fewer. */
const MIN_DIFFERENT = 6;

/** A password as it was typed, in one form of Unicode. */
export const plainPassword = (text: string): PlainPassword => text.normalize('NFKC') as PlainPassword;

/** Why a password must not be an operator's; undefined where it may. */
export function weaknessOf(password: PlainPassword, name: OperatorName): string | undefined {
  const characters = [...password.toLowerCase()];
  if (characters.length < MIN_LENGTH) return `A password has ${MIN_LENGTH} characters at least.`;
  if (characters.length > MAX_PASSWORD_LENGTH)
    return `A password has ${MAX_PASSWORD_LENGTH} characters at most.`;
  if (new Set(characters).size < MIN_DIFFERENT)
    return `A password has ${MIN_DIFFERENT} different characters at least.`;
  if (isGuessable(password.toLowerCase(), name)) return 'That password is among those that are tried first.';
  return undefined;
}

/** What a hand or an eye runs along, there and back. */
const RUNS = [
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiopasdfghjklzxcvbnm',
  '01234567890123456789',
  '1qaz2wsx3edc4rfv',
].flatMap((run) => [run, [...run].reverse().join('')]);

/** One of the commonest with something around it, a run, or the name with hardly more. */
function isGuessable(password: string, name: OperatorName): boolean {
  const bare = /\p{L}+/u.exec(password)?.[0] ?? '';
  if (isCommonPassword(md5Of(password)) || isCommonPassword(md5Of(bare))) return true;
  if (RUNS.some((run) => run.includes(password) || (bare.length >= 8 && run.includes(bare)))) return true;
  return name.length > 2 && password.includes(name) && password.length < MIN_LENGTH + name.length;
}
