import { and, eq, sql } from 'drizzle-orm';
import { smsCodes, smsSends } from '../../../db/schema/sms-codes.ts';
import type { Context } from '../../context.ts';
import { refuse } from '../../http/failure.ts';
import { orTaken, rowOf } from '../../platform/database/mark.ts';
import { build, prepareChange } from '../../platform/database/query.ts';
import { randomDigits } from '../../platform/random.ts';
import { digest } from '../../sealing.ts';
import { limitValues, reachedLimit, readCounts, withinLimits } from './limits.ts';
import { type Mobile, parseMobile } from './mobile.ts';

/** How long a code is good for, and how often it may be tried (decisions, Identity). */
const CODE_LIFE_MS = 5 * 60 * 1000;
const CODE_TRIES = 5;

const p = (name: string) => sql.placeholder(name);
/** The batch's mark: a row only when every limit allows it. */
const isRecorded = rowOf(smsSends, 'send');
const recordSend = prepareChange(
  sql`INSERT INTO ${smsSends} (id, mobile, address, sent_at)
    SELECT ${p('send')}, ${p('mobile')}, ${p('address')}, ${p('now')} WHERE ${orTaken(withinLimits, isRecorded)}`,
);
const storeCode = prepareChange(
  sql`INSERT INTO ${smsCodes} (mobile, digest, expires_at, tries_left, used_by)
    SELECT ${p('mobile')}, ${p('digest')}, ${p('expiresAt')}, ${CODE_TRIES}, NULL
    WHERE ${isRecorded}
    ON CONFLICT (mobile) DO UPDATE SET digest = excluded.digest, expires_at = excluded.expires_at,
      tries_left = excluded.tries_left, used_by = NULL`,
);
const withdrawCode = prepareChange(
  build.delete(smsCodes).where(and(eq(smsCodes.mobile, p('mobile')), eq(smsCodes.digest, p('digest')))),
);
const withdrawSend = prepareChange(build.delete(smsSends).where(eq(smsSends.id, p('send'))));

/** The digest under which a code is kept, and looked for. */
export const codeDigest = (context: Pick<Context, 'keys'>, mobile: Mobile, code: string): string =>
  digest(context.keys.pepper, 'sms-code', `${mobile}:${code}`);

/**
 * Sends a new code to a number; an older one of that number is void from then on.
 * @returns what the caller is told: the code itself in sandbox mode, else 发送成功
 */
export async function sendCode(context: Context, text: string, app: string): Promise<string> {
  const { config, clock, random, ids, sms } = context;
  const parsed = parseMobile(text);
  if (!parsed) refuse('BAD_NUMBER');
  const { mobile, country } = parsed;
  if (config.SMS_COUNTRIES.length > 0 && !(country && config.SMS_COUNTRIES.includes(country)))
    refuse('REGION_NOT_SERVED');
  const now = clock.now();
  const code = randomDigits(random, config.SMS_CODE_DIGITS);
  const values = {
    send: ids.next(),
    now,
    expiresAt: now + CODE_LIFE_MS,
    digest: codeDigest(context, mobile, code),
  };
  const limits = limitValues(config, now, mobile, context.addressKey);
  const [[counts], recorded] = await context.db.write(
    readCounts(limits),
    recordSend({ ...limits, ...values }),
    storeCode({ ...limits, ...values }),
  );
  if (recorded === 0) refuse((counts && reachedLimit(config, counts)) ?? 'TOO_MANY_TODAY');
  const failed = await sms.sendCode(mobile, code, app);
  if (failed) {
    // Where nobody knows, the message may arrive: its code stays good, and the limits count it.
    if (failed !== 'UNCLEAR')
      await context.db.write(
        withdrawCode({ ...limits, ...values }),
        // Not the person's fault: another try may follow at once.
        ...(failed === 'SEND_FAILED' ? [withdrawSend(values)] : []),
      );
    refuse(failed);
  }
  return sms.showsCode ? code : '发送成功';
}
