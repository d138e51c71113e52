import type { Operation } from '../../operations/operation.ts';
import type { OperatorCall } from '../../operations/operators/operator-call.ts';
import { chineseWords, type DeclaredWords } from './declared.ts';
import { en } from './en.ts';
import { wordsFrom } from './from-texts.ts';
import { LANGUAGES, type Language, type Words } from './words.ts';

/** Everything that is said in one language: the console's own words, and those of declarations. */
export interface Speech {
  readonly language: Language;
  readonly words: Words;
  /** A subject of operations, as `payouts`. */
  subject(name: string): string;
  /** An operation on a button, below its subject. */
  label(operation: Pick<Operation, 'name'>): string;
  about(operation: Pick<Operation, 'name' | 'about'>): string;
  /** A member of a row, an answer or the parameters. @param subject where it means something else than elsewhere */
  member(name: string, subject?: string): string;
  /** A word that stands as a value; others as they are. */
  value(text: string): string;
  /** Why something was refused, and undefined where there are no words of this language for it. */
  refusal(message: string): string | undefined;
}

/** `walletFrozenSince`, `end-sessions` and `number-types` as words. */
const humanized = (name: string) => {
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('-', ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

const own = <Value>(table: Readonly<Record<string, Value>>, name: string) =>
  Object.hasOwn(table, name) ? table[name] : undefined;
const verbOf = (name: string) => name.slice(name.indexOf('.') + 1);

/** English names of members whose own name says too little. */
const ENGLISH: Readonly<Record<string, string>> = {
  yuan: 'Amount (yuan)',
  movedYuan: 'Moved (yuan)',
  walletsYuan: 'Held in wallets (yuan)',
  p95Ms: '95 % answered within (ms)',
  idNumber: 'ID number',
  imNumber: 'IM number',
};

const english: Speech = {
  language: 'en',
  words: en,
  subject: humanized,
  label: ({ name }) => humanized(verbOf(name)),
  about: ({ about }) => about.charAt(0).toUpperCase() + about.slice(1),
  member: (name) => own(ENGLISH, name) ?? humanized(name),
  value: (text) => text,
  refusal: (message) => message,
};

/** A text by the first pattern that fits it; undefined where none does. */
function translated(
  table: readonly (readonly [pattern: string, text: string])[],
  text: string,
): string | undefined {
  for (const [source, words] of table) {
    const pattern = new RegExp(source);
    if (pattern.test(text)) return text.replace(pattern, words);
  }
  return undefined;
}

const chineseOf = ({
  words,
  subjects,
  operations,
  members,
  values,
  texts,
  refusals,
}: DeclaredWords): Speech => ({
  language: 'zh',
  words: wordsFrom(words),
  subject: (name) => own(subjects, name) ?? english.subject(name),
  label: (operation) => own(operations, operation.name)?.label ?? english.label(operation),
  about: (operation) => own(operations, operation.name)?.about ?? english.about(operation),
  member: (name, subject) => own(members, `${subject}.${name}`) ?? own(members, name) ?? english.member(name),
  value: (text) => own(values, text) ?? translated(texts, text) ?? text,
  refusal: (message) => translated(refusals, message),
});

export const speechOf = async (call: Pick<OperatorCall, 'asset'>, language: Language): Promise<Speech> =>
  language === 'en' ? english : chineseOf(await chineseWords(call));

const isLanguage = (text: string): text is Language => LANGUAGES.some((language) => language === text);
export const parseLanguage = (text: string): Language | undefined => (isLanguage(text) ? text : undefined);

/** The language that a browser asks for first, of those that there are. */
export function askedLanguage(acceptLanguage: string): Language {
  const wanted = acceptLanguage
    .split(',', 20)
    .map((item) => {
      const [tag = '', quality = ''] = item.split(';', 2);
      return {
        tag: tag.trim().slice(0, 2).toLowerCase(),
        weight: Number(/q=([\d.]+)/.exec(quality)?.[1] ?? 1),
      };
    })
    .sort((a, b) => b.weight - a.weight);
  return wanted.map(({ tag }) => parseLanguage(tag)).find((language) => language !== undefined) ?? 'zh';
}
