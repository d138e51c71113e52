import { sql } from 'drizzle-orm';
import { instance } from '../../../db/schema/platform.ts';
import { wrongTries } from '../../../db/schema/sessions.ts';
import { smsCodes, smsSends } from '../../../db/schema/sms-codes.ts';
import { chinaDateText } from '../../core/china-time.ts';
import { randomDigits } from '../../core/random.ts';
import type { Settings } from '../../core/settings.ts';
import type { Mobile } from '../../core/text/mobile.ts';
import type { Network } from '../../http/address.ts';
import { orTaken, rowOf } from '../../platform/database/mark.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { codeDigest, codeTriesKey, STRANGERS_TRIES } from './claim.ts';
import {
  isHalfway,
  type LimitValues,
  limitValues,
  reachedLimit,
  readCounts,
  withinLimits,
} from './limits.ts';

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
const mayOrder = prepareRead<LimitValues, { may: number }>(sql`SELECT ${withinLimits}`, ['may']);

/**
 * Production serves China where SMS_COUNTRIES names nobody: SMS abroad cost ten times as much and earn fraudsters
 * money.
 */
export function isServed({ MODE, SMS_COUNTRIES: served }: Settings, country: string | undefined): boolean {
  if (served.includes('*') || (served.length === 0 && MODE === 'sandbox')) return true;
  return country !== undefined && (served.length > 0 ? served : ['CN']).includes(country);
}

type Home = Pick<Platform, 'config' | 'clock' | 'random' | 'ids' | 'keys' | 'db'>;

/**
 * A new code for a number, and the statements that keep it where every limit allows it; an older one of that number is
 * void from then on. `recorded` changes a row where it is kept, `alarmed` one where half of the day's codes are gone.
 * @param networks who orders: what limits by address count under, narrowest first
 */
export function orderingCode(home: Home, mobile: Mobile, networks: readonly Network[]) {
  const { config, clock, random, ids } = home;
  const now = clock.now();
  const code = randomDigits(random, config.SMS_CODE_DIGITS);
  const values = {
    ...limitValues(config, now, mobile, networks),
    send: ids.next(),
    now,
    expiresAt: now + CODE_LIFE_MS,
    digest: codeDigest(home, mobile, code),
    codeKey: codeTriesKey(mobile, networks[0]?.key ?? 'unknown'),
    day: chinaDateText(now).slice(0, 10),
  };
  return {
    code,
    values,
    batch: {
      counts: readCounts(values),
      recorded: recordSend(values),
      storeCode: storeCode(values),
      forgetWrongCodes: forgetWrongCodes(values),
      alarmed: noteHalfway(values),
    },
  };
}

/** Which limit keeps a number from getting another code now; undefined where none does. The batch decides. */
export async function whyNoCode(
  { config, clock, db }: Home,
  mobile: Mobile,
  networks: readonly Network[],
): Promise<ReturnType<typeof reachedLimit> | undefined> {
  const values = limitValues(config, clock.now(), mobile, networks);
  const { counts, may } = await db.read({ counts: readCounts(values), may: mayOrder(values) });
  return may[0]?.may ? undefined : reachedLimit(config, counts[0]);
}
