const NAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]{0,31}$/u;

/** The name of an operator or of a token as it is stored: in small letters, of one form and width. */
export type OperatorName = string & { readonly __kind: 'operator name' };

/** What such a name may be, in words. */
export const NAME_RULE =
  'up to 32 letters, digits, dots, hyphens and underscores, the first a letter or a digit';

/** @returns undefined where the text is no name (`NAME_RULE`) */
export function parseOperatorName(text: string): OperatorName | undefined {
  if (text.length > 64) return undefined;
  const name = text.trim().normalize('NFKC').toLowerCase();
  return NAME.test(name) ? (name as OperatorName) : undefined;
}
