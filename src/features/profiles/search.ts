import { plainCode } from '../../core/text/code.ts';
import { fold } from '../../core/text/fold.ts';
import { parseMobile } from '../../core/text/mobile.ts';

/**
 * What comes right behind every text that begins with `beginning`; behind `beginning` itself where that is a single
 * character, which too many names begin with; and before everything where it is empty.
 */
function endOf(beginning: string): string {
  if (beginning === '') return '';
  return beginning + ([...beginning].length > 1 ? '\u{10ffff}' : '\u0001');
}

/**
 * What `searchUsers` looks for when somebody typed this: a whole mobile (of those who allow it), an id, a vip
 * number, or the beginning of a nickname; a single character finds whose nickname it is.
 */
export function searchValues(typed: string) {
  const code = plainCode(typed);
  const folded = fold(typed);
  return {
    id: /^[1-9]\d{0,14}$/.test(code) ? Number(code) : 0,
    mobile: parseMobile(typed)?.mobile ?? '',
    code,
    folded,
    foldedEnd: endOf(folded),
    text: typed,
    textEnd: endOf(typed),
  };
}
