import type { Query } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { readBook, storeBook } from './book.ts';
import { type Entry, mobilesOf } from './entries.ts';
import { learnNumbers, numberDigest } from './learn.ts';
import { type MatchRow, matchNumbers } from './queries.ts';

/** An entry of an address book, and what the caller may learn of its number. */
export interface Contact extends Entry {
  /** The owner of the number, if they may be found by it. */
  readonly found: Found | undefined;
  /** The caller has learnt of too many numbers to learn of this one now. */
  readonly isWithheld: boolean;
}
export interface Found {
  readonly userId: number;
  readonly nickName: string;
  readonly headUrl: string;
  readonly isFriend: number;
}

function foundIn(row: MatchRow | undefined): Found | undefined {
  if (!row || row.userId === null) return undefined;
  const { userId, nickName, headUrl, isFriend } = row;
  return { userId, nickName: nickName ?? '', headUrl: headUrl ?? '', isFriend };
}

/**
 * Learns of the numbers of a book, as far as the caller may, and matches those that they know; in one batch with
 * `others`.
 */
async function match(
  context: CallerContext,
  entries: readonly Entry[],
  others: readonly Query<number>[] = [],
): Promise<Contact[]> {
  const me = context.caller.userId;
  const mobiles = await mobilesOf(entries);
  const asked = mobiles.flatMap((mobile, position) =>
    mobile ? [{ position, mobile, ...numberDigest(context.keys, me, mobile) }] : [],
  );
  const { rows } = await context.db.write({
    learnNumbers: learnNumbers(context, asked),
    rows: matchNumbers({
      me,
      asked: JSON.stringify(asked.map(({ position, mobile, digest }) => [position, mobile, digest])),
    }),
    others,
  });
  const byPosition = new Map(rows.map((row) => [row.position, row]));
  return entries.map((entry, position) => {
    const row = byPosition.get(position);
    return { ...entry, found: foundIn(row), isWithheld: row?.isKnown === 0 };
  });
}

/** Puts an address book in the place of the stored one (listing 41), and says who of it is here. */
export const replaceContacts = async (
  context: CallerContext,
  entries: readonly Entry[],
): Promise<Contact[]> => match(context, entries, await storeBook(context, entries));

/** Says who of the stored address book is here. */
export const storedContacts = async (context: CallerContext): Promise<Contact[]> =>
  match(context, await readBook(context));

/** Says who of an address book is here (listing 42), without storing it. */
export const matchedContacts = (context: CallerContext, entries: readonly Entry[]): Promise<Contact[]> =>
  match(context, entries);
