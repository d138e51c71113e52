import type { Texts } from './declared.ts';
import { en } from './en.ts';
import type { Words } from './words.ts';

const filled = (text: string, values: readonly unknown[]) =>
  text.replace(/\{(\d)\}/g, (_, at: string) => String(values[Number(at)] ?? ''));

const isWords = (word: unknown): word is object => typeof word === 'object' && word !== null;

/** Words under the names of others, which stand where a text is missing. */
function alike(english: object, texts: Texts): object {
  const words = Object.entries(english).map(([name, word]): readonly [string, unknown] => {
    const text = Object.hasOwn(texts, name) ? texts[name] : undefined;
    if (isWords(word)) return [name, alike(word, typeof text === 'object' ? text : {})];
    if (typeof text !== 'string') return [name, word];
    return [name, typeof word === 'function' ? (...values: unknown[]) => filled(text, values) : text];
  });
  return Object.fromEntries(words);
}

/** The console's words made of texts. */
export const wordsFrom = (texts: Texts): Words => alike(en, texts) as Words; // each under the name that it has in English
