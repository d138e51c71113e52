import { sql } from 'drizzle-orm';
import { contactBooks, contacts } from '../../../db/schema/contacts.ts';
import { p, prepareChange, prepareRead, type Untyped } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { dropPlain, findPlain, sealBook } from './book.ts';
import { knowAlready, LEARNT_LIFE_MS, numberDigest } from './learn.ts';

/** Address books that one run moves; each is a batch of its own. */
const BOOKS_A_RUN = 50;

const nextOwner = prepareRead<Untyped, { owner: number | null }>(sql`SELECT min(user_id) FROM ${contacts}`, [
  'owner',
]);
/** Only where its owner has not sent another one meanwhile. */
const insertParts = prepareChange(
  sql`INSERT INTO ${contactBooks} (user_id, part, sealed, files)
    SELECT ${p('me')}, key, value ->> 0, value ->> 1 FROM json_each(${p('parts')})
    WHERE EXISTS (SELECT 1 FROM ${contacts} WHERE user_id = ${p('me')})
      AND NOT EXISTS (SELECT 1 FROM ${contactBooks} WHERE user_id = ${p('me')})`,
);

/**
 * Seals the address books that an earlier version kept in plain text. What they taught their owners stays known,
 * and counts for no day.
 * @returns how many books there were
 */
export async function sealPlainBooks(platform: Platform): Promise<number> {
  const { db, clock, keys } = platform;
  for (let done = 0; done < BOOKS_A_RUN; done += 1) {
    const [next] = await db.read(nextOwner());
    const me = next?.owner ?? undefined;
    if (me === undefined) return done;
    const plain = await db.read(findPlain({ me }));
    const digests = plain.flatMap(({ mobile }) => (mobile ? [numberDigest(keys.pepper, me, mobile)] : []));
    await db.write(
      insertParts({ me, parts: sealBook(platform, me, plain) }),
      knowAlready({ me, at: clock.now() - LEARNT_LIFE_MS / 2, digests: JSON.stringify(digests) }),
      dropPlain({ me }),
    );
  }
  return BOOKS_A_RUN;
}
