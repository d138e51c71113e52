import { sql } from 'drizzle-orm';
import { smsSends } from '../../../db/schema/sms-codes.ts';
import { users } from '../../../db/schema/users.ts';
import type { Mobile } from '../../core/text/mobile.ts';
import { refuse } from '../../http/failure.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import type { Context } from '../../realtime/context.ts';
import { isKnownAddress, isKnownDevice, knownValues } from '../sessions/known-logins.ts';

/** What the statements here want. */
type Wanted = {
  readonly mobile: Mobile;
  readonly uuid: string;
  readonly knownSince: number;
  readonly address: string;
  readonly since: number;
};

const DAY_MS = 24 * 3600 * 1000;

const owner = sql`(SELECT id FROM ${users} WHERE ${users.mobile} = ${p('mobile')})`;
/** Whoever ordered a code of this number from here within a day has proved it, or needed not to. */
const hasOrdered = sql`EXISTS (SELECT 1 FROM ${smsSends} WHERE ${smsSends.mobile} = ${p('mobile')}
  AND ${smsSends.sentAt} > ${p('since')} AND ${smsSends.address} = ${p('address')})`;
const findFamiliar = prepareRead<Wanted, { familiar: number }>(
  sql`SELECT ${isKnownDevice(owner)} OR ${isKnownAddress(owner)} OR ${hasOrdered}`,
  ['familiar'],
);

/** The one who asks for a code. */
export interface Asker {
  /** The device, where the app says which it is. */
  readonly uuid: string;
  /** What the vendor's widget gave the app. */
  readonly proof: string;
}

/**
 * Asks for a proof that a person orders the first code of a number, where the operator has named somebody who
 * proves it (CHALLENGE_PROVIDER) and the number's account knows neither the device nor the address. While the
 * vendor is away the code goes out without: the limits hold all the same, and nobody could register else. Refuses
 * `CHALLENGE_NEEDED` and `CHALLENGE_FAILED`, which tell the app what to show.
 */
export async function provePerson(context: Context, mobile: Mobile, { uuid, proof }: Asker): Promise<void> {
  const { challenge, clock, db, log } = context;
  if (!challenge) return;
  const now = clock.now();
  const known = knownValues(now, uuid, context.addressKey);
  const [found] = await db.read(findFamiliar({ ...known, mobile, since: now - DAY_MS }));
  if (found?.familiar) return;
  if (!proof) refuse('CHALLENGE_NEEDED', challenge.shown);
  const verdict = await challenge.verify(proof, context.address);
  if (verdict === 'failed') refuse('CHALLENGE_FAILED', challenge.shown);
  if (verdict === 'unavailable') log.error('challenge unavailable', { provider: challenge.shown.challenge });
}
