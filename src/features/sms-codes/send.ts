import { sql } from 'drizzle-orm';
import { instance } from '../../../db/schema/platform.ts';
import { wrongTries } from '../../../db/schema/sessions.ts';
import { smsCodes, smsSends } from '../../../db/schema/sms-codes.ts';
import { chinaDateText } from '../../core/china-time.ts';
import { randomDigits } from '../../core/random.ts';
import type { Settings } from '../../core/settings.ts';
import { type Mobile, parseMobile } from '../../core/text/mobile.ts';
import { refuse } from '../../http/failure.ts';
import { orTaken, rowOf } from '../../platform/database/mark.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { Context } from '../../realtime/context.ts';
import { codeDigest, codeTriesKey, STRANGERS_TRIES } from './claim.ts';
import {
  isHalfway,
  type LimitValues,
  limitValues,
  reachedLimit,
  readCounts,
  withinLimits,
} from './limits.ts';
import { type Asker, provePerson } from './prove-person.ts';

/** How long a code is good for (docs/decisions.md#sms-codes). */
const CODE_LIFE_MS = 5 * 60 * 1000;

/** The batch's mark: a row only when every limit allows it. */
const isRecorded = rowOf(smsSends, 'send');
const recordSend = prepareChange<LimitValues & { send: number; now: number }>(
  sql`INSERT INTO ${smsSends} (id, mobile, address, network56, network48, sent_at)
    SELECT ${p('send')}, ${p('mobile')}, ${p('address')}, ${p('network56')}, ${p('network48')}, ${p('now')} WHERE ${orTaken(withinLimits, isRecorded)}`,
);
const storeCode = prepareChange<{ mobile: Mobile; digest: string; expiresAt: number; send: number }>(
  sql`INSERT INTO ${smsCodes} (mobile, digest, expires_at, tries_left, used_by)
    SELECT ${p('mobile')}, ${p('digest')}, ${p('expiresAt')}, ${STRANGERS_TRIES}, NULL
    WHERE ${isRecorded}
    ON CONFLICT (mobile) DO UPDATE SET digest = excluded.digest, expires_at = excluded.expires_at,
      tries_left = excluded.tries_left, used_by = NULL`,
);
/** Ordering a code gives all its tries again. */
const forgetWrongCodes = prepareChange<{ codeKey: string; send: number }>(
  sql`DELETE FROM ${wrongTries} WHERE key = ${p('codeKey')} AND ${isRecorded}`,
);
/** Noted once a day: then half of the day's codes are gone. */
const noteHalfway = prepareChange<Pick<LimitValues, 'daySince' | 'perTotal'> & { day: string; send: number }>(
  sql`INSERT INTO ${instance} (name, value) SELECT 'sms_alarm', ${p('day')} WHERE ${isRecorded} AND ${isHalfway}
    ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE value <> excluded.value`,
);
const withdrawCode = prepareChange<{ mobile: Mobile; digest: string }>(
  sql`DELETE FROM ${smsCodes} WHERE mobile = ${p('mobile')} AND digest = ${p('digest')}`,
);
const withdrawSend = prepareChange<{ send: number }>(sql`DELETE FROM ${smsSends} WHERE id = ${p('send')}`);

/**
 * Production serves China where SMS_COUNTRIES names nobody: SMS abroad cost ten times as much and earn fraudsters
 * money.
 */
function isServed({ MODE, SMS_COUNTRIES: served }: Settings, country: string | undefined): boolean {
  if (served.includes('*') || (served.length === 0 && MODE === 'sandbox')) return true;
  return country !== undefined && (served.length > 0 ? served : ['CN']).includes(country);
}

/** The name of the app for the text: one that the operator allows, never the caller's own words. */
const allowedName = ({ APP_NAME, SMS_APP_NAMES }: Settings, wanted: string | undefined): string =>
  wanted !== undefined && SMS_APP_NAMES.includes(wanted) ? wanted : APP_NAME;

/**
 * Sends a new code to a number; an older one of that number is void from then on.
 * @returns what the caller is told: the code itself in sandbox mode, else 发送成功
 */
export async function sendCode(context: Context, text: string, asker: Asker, app?: string): Promise<string> {
  const { config, clock, random, ids, sms } = context;
  const parsed = parseMobile(text);
  if (!parsed) refuse('BAD_NUMBER');
  const { mobile, country } = parsed;
  if (!isServed(config, country)) refuse('REGION_NOT_SERVED');
  await provePerson(context, mobile, asker);
  const now = clock.now();
  const code = randomDigits(random, config.SMS_CODE_DIGITS);
  const values = {
    send: ids.next(),
    now,
    expiresAt: now + CODE_LIFE_MS,
    digest: codeDigest(context, mobile, code),
    codeKey: codeTriesKey(mobile, context.addressKey),
    day: chinaDateText(now).slice(0, 10),
  };
  const limits = limitValues(config, now, mobile, context.networks);
  const {
    counts: [counts],
    recorded,
    alarmed,
  } = await context.db.write({
    counts: readCounts(limits),
    recorded: recordSend({ ...limits, ...values }),
    storeCode: storeCode({ ...limits, ...values }),
    forgetWrongCodes: forgetWrongCodes(values),
    alarmed: noteHalfway({ ...limits, ...values }),
  });
  if (alarmed > 0) context.log.error('sms half used', { total: config.SMS_DAILY_TOTAL });
  if (recorded === 0) refuse(reachedLimit(config, counts));
  const failed = await sms.sendCode(mobile, code, allowedName(config, app));
  if (failed) {
    // Where nobody knows, the message may arrive: its code stays good, and the limits count it.
    if (failed !== 'UNCLEAR')
      await context.db.write({
        withdrawCode: withdrawCode({ ...limits, ...values }),
        // Not the person's fault: another try may follow at once.
        withdrawSend: failed === 'SEND_FAILED' ? [withdrawSend(values)] : [],
      });
    refuse(failed);
  }
  return sms.showsCode ? code : '发送成功';
}
