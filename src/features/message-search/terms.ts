import { fold } from '../../core/text/fold.ts';
import { readJson } from '../../core/text/json.ts';

/** Characters of a message that are looked at: what stands behind them is not found. */
export const MOST_CHARACTERS = 2000;
/** Pairs that a search asks for, in one conversation or in many. What it finds is compared with the whole text anyway. */
const MOST_PAIRS = { few: 12, many: 2 } as const;

/** What searches of a text compare. */
export const searchText = (content: string): string => fold(content.slice(0, MOST_CHARACTERS));

/** Blanks and the signs of ASCII are no part of a token (the tokenizer `ascii`). Folded texts have no controls. */
const SIGN = /[ -/:-`{-~]/;

function pairsOf(folded: string): Set<string> {
  const characters = [...folded];
  const pairs = characters.slice(1).map((next, i) => `${characters[i]}${next}`);
  return new Set(pairs.filter((pair) => !SIGN.test(pair)));
}

/** A conversation in a token: `1:100000:100001` as `p100000q100001p`, `2:10012` as `g10012p`. */
const prefixOf = (conversation: string): string => {
  const [kind, one, other] = conversation.split(':');
  return kind === '2' ? `g${one}p` : `p${one}q${other}p`;
};

/** The tokens of a message; empty where nothing of it can be found. */
export function tokensOf(conversation: string, folded: string): string {
  const prefix = prefixOf(conversation);
  return [...pairsOf(folded)].map((pair) => prefix + pair).join(' ');
}

/**
 * The FTS5 query for a text in any of some conversations; undefined where no two neighbours can be looked for.
 * @param places how many conversations are looked into altogether: each pair costs once per conversation
 */
export function phraseOf(
  conversations: readonly string[],
  folded: string,
  places: 'few' | 'many',
): string | undefined {
  const pairs = [...pairsOf(folded)].slice(0, MOST_PAIRS[places]);
  if (pairs.length === 0 || conversations.length === 0) return undefined;
  const inOne = (conversation: string) =>
    pairs.map((pair) => `"${prefixOf(conversation)}${pair}"`).join(' AND ');
  return conversations.map((conversation) => `(${inOne(conversation)})`).join(' OR ');
}

/** True where something in a text can be looked for. */
export const isSearchable = (folded: string): boolean => pairsOf(folded).size > 0;

/** The key of a content that holds what people read, by type; null: all of it is. */
const WORDS: Readonly<Record<number, string | null>> = { 2: null, 4: 'fileName', 35: 'content' };

/** What a message of a type says in words; empty where it says nothing. */
export function wordsOf(type: number, content: string): string {
  const key = WORDS[type];
  if (key === undefined) return '';
  if (key === null) return content;
  const value = readJson(content);
  const words = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return String(words.find(([name]) => name === key)?.[1] ?? '');
}
