import type { en } from './en.ts';

/** The same words in some language: a text for a text, and of the same values. */
type InSomeLanguage<Word> = Word extends (...values: infer Values) => string
  ? (...values: Values) => string
  : Word extends string
    ? string
    : { readonly [Key in keyof Word]: InSomeLanguage<Word[Key]> };

/** Every word of the console. A language that lacks one is no `Words`. */
export type Words = InSomeLanguage<typeof en>;

export const LANGUAGES = ['zh', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];
