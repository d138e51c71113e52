import { sql } from 'drizzle-orm';
import { contactBooks, contacts } from '../../../db/schema/contacts.ts';
import type { UserId } from '../../core/ids.ts';
import { type Allowance, inSlices } from '../../core/in-slices.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { ownKey } from '../person-keys/own-key.ts';
import { dropPlain, findPlain, keepBookKey, sealBook } from './book.ts';
import { MAX_ENTRIES } from './entries.ts';
import { knowAlready, LEARNT_LIFE_MS, numberDigest } from './learn.ts';

/** Numbers that one statement notes. */
const TOGETHER = 1000;
/** Round trips to the database that the largest book takes. */
const TRIPS = 4 + MAX_ENTRIES / TOGETHER;

const nextOwner = prepareRead<void, { owner: UserId | null }>(sql`SELECT min(user_id) FROM ${contacts}`, [
  'owner',
]);
/** Only where its owner has not sent another one meanwhile. */
const insertParts = prepareChange<{ me: UserId; parts: string }>(
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
export async function sealPlainBooks(platform: Platform, allowance?: Allowance): Promise<number> {
  const { db, clock, keys } = platform;
  let done = 0;
  const sealNext = async () => {
    const [next] = await db.read(nextOwner());
    const me = next?.owner ?? undefined;
    if (me === undefined) return false;
    const plain = await db.read(findPlain({ me }));
    for (let i = 0; i < plain.length; i += TOGETHER) {
      const numbers = plain.slice(i, i + TOGETHER).flatMap(({ mobile }) => mobile || []);
      const digests = JSON.stringify(numbers.map((mobile) => numberDigest(keys, me, mobile).digest));
      await db.write(knowAlready({ me, at: clock.now() - LEARNT_LIFE_MS / 2, digests }));
    }
    const own = await ownKey(platform, me);
    await db.write({
      insertParts: insertParts({ me, parts: sealBook(own, plain) }),
      keepKey: keepBookKey({ me, ...own.values }),
      dropPlain: dropPlain({ me }),
    });
    done += 1;
    return true;
  };
  await inSlices(clock, sealNext, { trips: TRIPS, allowance });
  return done;
}
