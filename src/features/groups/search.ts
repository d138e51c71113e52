import { Buffer } from 'node:buffer';
import { fold } from '../../core/text/fold.ts';

/**
 * The FTS5 phrase for a part of a name: its pairs of neighbouring characters, one after another, as the triggers
 * of `group_search` write them. A single character finds only names that are that character.
 */
export function phraseOf(part: string): string {
  const characters = [...fold(part)];
  const places = Math.max(1, characters.length - 1);
  const pairs = Array.from({ length: places }, (_, i) =>
    Buffer.from(characters.slice(i, i + 2).join(''), 'utf8').toString('hex'),
  );
  return `"${pairs.join(' ')}"`;
}
