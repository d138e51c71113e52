import type { CallerContext } from '../../context.ts';
import { type Entry, mobilesOf } from './entries.ts';
import { type ContactRow, deleteContacts, insertContacts, listContacts, matchContacts } from './queries.ts';

/** The entries as the JSON that one statement takes apart: no query an entry. */
async function packed(entries: readonly Entry[]): Promise<string> {
  const mobiles = await mobilesOf(entries);
  return JSON.stringify(entries.map(({ phone, name, headUrl }, i) => [phone, mobiles[i], name, headUrl]));
}

/** Puts an address book in the place of the stored one (listing 41), and answers with it. */
export async function replaceContacts(
  context: CallerContext,
  entries: readonly Entry[],
): Promise<ContactRow[]> {
  const me = { me: context.caller.userId };
  const book = await packed(entries);
  const [, , rows] = await context.db.write(
    deleteContacts(me),
    insertContacts({ ...me, entries: book }),
    listContacts(me),
  );
  return rows;
}

/** The stored address book. */
export async function storedContacts(context: CallerContext): Promise<ContactRow[]> {
  const [rows] = await context.db.read(listContacts({ me: context.caller.userId }));
  return rows;
}

/** Who of an address book is here (listing 42), without storing it. */
export async function matchedContacts(
  context: CallerContext,
  entries: readonly Entry[],
): Promise<ContactRow[]> {
  const book = await packed(entries);
  const [rows] = await context.db.read(matchContacts({ me: context.caller.userId, entries: book }));
  return rows;
}
