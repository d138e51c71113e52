import { plainCode } from '../../core/text/code.ts';
import { fold } from '../../core/text/fold.ts';
import { parseMobile } from '../../core/text/mobile.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { learnNumbers, numberDigest } from '../contacts/learn.ts';
import { type FoundRow, searchUsers } from './queries.ts';

/**
 * What comes right behind every text that begins with `beginning`; behind `beginning` itself where that is a single
 * character, which too many names begin with; and before everything where it is empty.
 */
function endOf(beginning: string): string {
  if (beginning === '') return '';
  return beginning + ([...beginning].length > 1 ? '\u{10ffff}' : '\u0001');
}

/**
 * People whom the text finds. A whole mobile counts as a number that the caller has learnt of
 * (docs/decisions.md#address-books).
 */
export async function searchPeople(context: CallerContext, typed: string): Promise<readonly FoundRow[]> {
  const me = context.caller.userId;
  const values = searchValues(typed);
  if (values.mobile === '') {
    const rows = await context.db.read(searchUsers({ me, ...values, digest: '' }));
    return rows;
  }
  const number = numberDigest(context.keys, me, values.mobile);
  const { rows } = await context.db.write({
    learnNumbers: learnNumbers(context, [number]),
    rows: searchUsers({ me, ...values, digest: number.digest }),
  });
  return rows;
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
