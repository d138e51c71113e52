import { sql } from 'drizzle-orm';
import { contactBooks, contacts } from '../../../db/schema/contacts.ts';
import type { UserId } from '../../core/ids.ts';
import { p, prepareChange, prepareRead, type Query } from '../../platform/database/query.ts';
import { openOf } from '../../platform/keys/persons.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { type OwnKey, ownKey, prepareKeepKey, sealedKeyOf } from '../person-keys/own-key.ts';
import { stemsIn } from '../uploads/keys.ts';
import type { Entry } from './entries.ts';

/** Entries that one row holds. */
const PART = 500;

/** The owner is part of what is sealed, so that a book cannot be read as somebody else's. */
export const purposeOf = (owner: number) => `contact_books.sealed:${owner}`;

/** The entries as the JSON of `[sealed, files]` of each part. */
export function sealBook(own: OwnKey, entries: readonly Entry[]) {
  const parts = [];
  for (let at = 0; at < entries.length; at += PART) {
    const part = entries.slice(at, at + PART);
    const rows = JSON.stringify(part.map(({ phone, name, headUrl }) => [phone, name, headUrl]));
    const files = stemsIn(part.map(({ headUrl }) => headUrl).join(' '));
    parts.push([own.seal(purposeOf(own.values.key_user), rows), [...files].join(' ')]);
  }
  return JSON.stringify(parts);
}

const findParts = prepareRead<{ me: UserId }, { sealed: string; sealedKey: string | null }>(
  sql`SELECT sealed, ${sealedKeyOf(p('me'))} FROM ${contactBooks} WHERE user_id = ${p('me')} ORDER BY part`,
  ['sealed', 'sealedKey'],
);
/** A book that the job has not come to yet. */
export const findPlain = prepareRead<
  { me: UserId },
  { phone: string; name: string; headUrl: string; mobile: string }
>(sql`SELECT phone, name, head_url, mobile FROM ${contacts} WHERE user_id = ${p('me')} ORDER BY position`, [
  'phone',
  'name',
  'headUrl',
  'mobile',
]);
export const dropPlain = prepareChange<{ me: UserId }>(
  sql`DELETE FROM ${contacts} WHERE user_id = ${p('me')}`,
);
const dropParts = prepareChange<{ me: UserId }>(sql`DELETE FROM ${contactBooks} WHERE user_id = ${p('me')}`);
const insertParts = prepareChange<{ me: UserId; parts: string }>(
  sql`INSERT INTO ${contactBooks} (user_id, part, sealed, files)
    SELECT ${p('me')}, key, value ->> 0, value ->> 1 FROM json_each(${p('parts')})`,
);

export const keepBookKey = prepareKeepKey<{ me: UserId }>(
  sql`EXISTS (SELECT 1 FROM ${contactBooks} WHERE user_id = ${p('me')})`,
);

/** Statements that put a book in the place of the stored one. */
export async function storeBook(
  context: CallerContext,
  entries: readonly Entry[],
): Promise<readonly Query<number>[]> {
  const me = { me: context.caller.userId };
  const own = await ownKey(context, me.me);
  const parts = sealBook(own, entries);
  return [dropPlain(me), dropParts(me), insertParts({ ...me, parts }), keepBookKey({ ...me, ...own.values })];
}

/** The stored address book, in its order. */
export async function readBook(context: CallerContext): Promise<Entry[]> {
  const me = context.caller.userId;
  const { parts, plain } = await context.db.read({ parts: findParts({ me }), plain: findPlain({ me }) });
  if (parts.length === 0) return plain.map(({ phone, name, headUrl }) => ({ phone, name, headUrl }));
  return parts.flatMap(({ sealed, sealedKey }) => {
    const text = openOf(context.keys, me, sealedKey, purposeOf(me), sealed) ?? '[]'; // a lost key loses the book
    const rows = JSON.parse(text) as [string, string, string][]; // as sealBook wrote it
    return rows.map(([phone, name, headUrl]) => ({ phone, name, headUrl }));
  });
}
