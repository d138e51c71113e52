import type { Settings } from '../../core/settings.ts';
import { type FailureText, refuse } from '../../http/failure.ts';
import type { NewPassword, PasswordMd5 } from '../../http/params.ts';
import { COMMON_PASSWORDS } from './common-passwords.generated.ts';

/** Characters that a new login password has at least (docs/decisions.md#passwords). */
const MIN_LENGTH = 6;
const DIGEST_LENGTH = 7;

const common = new Set(COMMON_PASSWORDS.match(new RegExp(`.{${DIGEST_LENGTH}}`, 'g')));

/** Whether it is one of the thousand commonest. */
export const isCommonPassword = (md5: PasswordMd5): boolean => common.has(md5.slice(0, DIGEST_LENGTH));

/** The refusal below, as the endpoints that take a new password say it. */
export const WEAK_PASSWORD = [
  -1,
  `密码过于简单，请使用至少${MIN_LENGTH}位且不常见的密码`,
] as const satisfies FailureText;

/**
 * Refuses `WEAK_PASSWORD` for a new login password that is too short, as far as its length is known, or common. A sandbox
 * takes any: the document's own sample is 123456.
 * @returns its md5
 */
export function strongEnough(
  { config }: { readonly config: Settings },
  { md5, length }: NewPassword,
): PasswordMd5 {
  const isFree = config.MODE === 'sandbox' || config.PASSWORD_RULES === 'document';
  if (!isFree && ((length !== undefined && length < MIN_LENGTH) || isCommonPassword(md5)))
    refuse('WEAK_PASSWORD');
  return md5;
}
