import { sql } from 'drizzle-orm';
import { smsCodes } from '../../../db/schema/sms-codes.ts';
import { prepareChange, prepareSql } from '../../platform/database/query.ts';

const p = (name: string) => sql.placeholder(name);
const usable = sql`${smsCodes.mobile} = ${p('mobile')} AND ${smsCodes.digest} = ${p('codeDigest')}
  AND ${smsCodes.triesLeft} > 0 AND ${smsCodes.expiresAt} > ${p('now')} AND ${smsCodes.usedBy} IS NULL`;

/**
 * A code is used inside the batch that it allows: `claimCode` first, `countWrongCode` second, and every
 * further statement `WHERE` `codeClaimed`. Values: `mobile`, `codeDigest`, `now`, and `claim`, the call's mark (`ids.mark`).
 */
export const claimCode = prepareChange(sql`UPDATE ${smsCodes} SET used_by = ${p('claim')} WHERE ${usable}`);

/** Takes a try from a living code that was not claimed: five wrong ones end it. */
export const countWrongCode = prepareChange(
  sql`UPDATE ${smsCodes} SET tries_left = tries_left - 1
    WHERE ${smsCodes.mobile} = ${p('mobile')} AND ${smsCodes.triesLeft} > 0 AND ${smsCodes.usedBy} IS NULL`,
);

/** Holds in the batch whose `claimCode` found the code right. */
export const codeClaimed = sql`EXISTS (SELECT 1 FROM ${smsCodes} WHERE ${smsCodes.mobile} = ${p('mobile')} AND ${smsCodes.usedBy} = ${p('claim')})`;

/** Tells whether a code would be claimed now, to spare a slow hash for a wrong one; the batch decides. */
export const looksRight = prepareSql<{ right: number }>(
  sql`SELECT EXISTS (SELECT 1 FROM ${smsCodes} WHERE ${usable})`,
  ['right'],
);
