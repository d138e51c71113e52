import { sql } from 'drizzle-orm';
import { smsCodes, smsSends } from '../../../db/schema/sms-codes.ts';
import type { ChangeId } from '../../core/ids.ts';
import { digest } from '../../core/sealing.ts';
import type { Mobile } from '../../core/text/mobile.ts';
import { isLocked, prepareWrongTry, type TryValues } from '../../http/lockout.ts';
import { p, prepareChange, prepareRead, type Query } from '../../platform/database/query.ts';
import { digestsOf } from '../../platform/keys/keys.ts';
import type { Context } from '../../realtime/context.ts';

/** Wrong codes from one address (docs/decisions.md#sms-codes). */
const TRIES = 5;
/** What all addresses together have that did not order a code of the number, so that nobody guesses from a thousand. */
export const STRANGERS_TRIES = 2 * TRIES;
/** For so long an address counts as one that ordered a code, also where somebody else orders the next. */
const ORDERED_MS = 3600 * 1000;

const codeKey = p('codeKey');

/** The key under which the wrong codes of a number from one address are counted. */
export const codeTriesKey = (mobile: string, addressKey: string): string => `code:${mobile}:${addressKey}`;

const SMS_CODE = 'sms-code';
/** The digest under which a code is kept. */
export const codeDigest = (context: Pick<Context, 'keys'>, mobile: Mobile, code: string): string =>
  digest(context.keys.pepper, SMS_CODE, `${mobile}:${code}`);

/** What everything here wants; `mark_claim` is the call's mark. */
export type CodeValues = TryValues & {
  readonly mobile: Mobile;
  /** A JSON list: what each PAY_PEPPER makes of it. */
  readonly codeDigests: string;
  readonly codeKey: string;
  readonly address: string;
  readonly orderedSince: number;
  readonly mark_claim: ChangeId;
};

/** The values of everything here for one try of a call. */
export function codeValues(
  context: Pick<Context, 'ids' | 'clock' | 'addressKey' | 'keys'>,
  mobile: Mobile,
  code: string,
): CodeValues {
  const { ids, clock, addressKey, keys } = context;
  const now = clock.now();
  return {
    mobile,
    codeDigests: digestsOf([keys.pepper, ...keys.oldPeppers], SMS_CODE, `${mobile}:${code}`).all,
    codeKey: codeTriesKey(mobile, addressKey),
    address: addressKey,
    orderedSince: now - ORDERED_MS,
    try_limit: TRIES,
    now,
    mark_claim: ids.mark(),
  };
}

/** This address has ordered a code of the number lately: nobody else's tries take anything from it. */
const ordered = sql`EXISTS (SELECT 1 FROM ${smsSends} WHERE ${smsSends.mobile} = ${p('mobile')}
  AND ${smsSends.sentAt} > ${p('orderedSince')} AND ${smsSends.address} = ${p('address')})`;
const mayTry = sql`NOT ${isLocked(codeKey)} AND (${smsCodes.triesLeft} > 0 OR ${ordered})`;
const living = sql`${smsCodes.mobile} = ${p('mobile')} AND ${smsCodes.expiresAt} > ${p('now')} AND ${smsCodes.usedBy} IS NULL`;
const usable = sql`${living} AND ${smsCodes.digest} IN (SELECT value FROM json_each(${p('codeDigests')})) AND ${mayTry}`;

/**
 * A code is used inside the batch that it allows: `claimCode` first, the two of `countWrongCode` next, and every
 * further statement `WHERE` `codeClaimed`.
 */
export const claimCode = prepareChange<CodeValues>(
  sql`UPDATE ${smsCodes} SET used_by = ${p('mark_claim')} WHERE ${usable}`,
);

const countForStrangers = prepareChange<CodeValues>(
  sql`UPDATE ${smsCodes} SET tries_left = tries_left - 1 WHERE ${living} AND ${smsCodes.triesLeft} > 0
    AND NOT ${isLocked(codeKey)} AND NOT ${ordered}`,
);
const countForAddress = prepareWrongTry<CodeValues>(
  codeKey,
  sql`EXISTS (SELECT 1 FROM ${smsCodes} WHERE ${living} AND ${mayTry})`,
);

/** Takes a try at a living code that was not claimed from the address that tries; five wrong ones lock it out. */
export const countWrongCode = (values: CodeValues): readonly [Query<number>, Query<number>] => [
  // In this order: the second may lock the address out, and until then each try counts for both.
  countForStrangers(values),
  countForAddress(values),
];

/** Holds in the batch whose `claimCode` found the code right. */
export const codeClaimed = sql`EXISTS (SELECT 1 FROM ${smsCodes} WHERE ${smsCodes.mobile} = ${p('mobile')} AND ${smsCodes.usedBy} = ${p('mark_claim')})`;

/** Tells whether a code would be claimed now, to spare a slow hash for a wrong one; the batch decides. */
export const looksRight = prepareRead<CodeValues, { right: number }>(
  sql`SELECT EXISTS (SELECT 1 FROM ${smsCodes} WHERE ${usable})`,
  ['right'],
);
