import { MOST_POINTS } from '../../core/words/automaton.ts';
import { foldedWord } from '../../core/words/folded.ts';
import { TEXT_SCOPES, type TextScope, WORD_ACTIONS, type WordAction } from '../../core/words/scopes.ts';
import type { WordRow } from './change.ts';

/** What a list says of words that say nothing of themselves. */
export interface ListDefaults {
  readonly scope: TextScope | 'all';
  readonly action: WordAction;
}

const scopes: readonly string[] = ['all', ...TEXT_SCOPES];
const actions: readonly string[] = WORD_ACTIONS;

/** A word as it is kept; undefined where nothing is left of it, or it is too long. */
export function readWord(text: string): string | undefined {
  const word = foldedWord(text.slice(0, 1000));
  return word === '' || [...word].length > MOST_POINTS ? undefined : word;
}

/** A line of a list: the word, and behind tabs perhaps its scope and action. Undefined where it is none. */
function readLine(line: string, defaults: ListDefaults): WordRow | undefined {
  const [text = '', scope = '', action = ''] = line.split('\t').map((part) => part.trim());
  const word = readWord(text);
  if (word === undefined) return undefined;
  if ((scope !== '' && !scopes.includes(scope)) || (action !== '' && !actions.includes(action)))
    return undefined;
  return {
    word,
    scope: scope === '' ? defaults.scope : (scope as TextScope | 'all'), // one of them
    action: action === '' ? defaults.action : (action as WordAction),
  };
}

/**
 * Reads a list: one word per line, and behind tabs perhaps its scope and action. Empty lines, and those that begin with
 * `#`, say nothing.
 * @returns its words, of which each stands once, and the numbers of lines that are none
 */
export function readList(text: string, defaults: ListDefaults) {
  const rows = new Map<string, WordRow>();
  const wrong: number[] = [];
  text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .forEach((line, i) => {
      if (line.trim() === '' || line.startsWith('#')) return;
      const row = readLine(line, defaults);
      if (row) rows.set(`${row.word}\t${row.scope}`, row);
      else wrong.push(i + 1);
    });
  return { rows: [...rows.values()], wrong };
}
