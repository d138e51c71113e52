import { type SQL, sql } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import { smsSends } from '../../../db/schema/sms-codes.ts';
import { chinaDayStart } from '../../core/china-time.ts';
import type { Settings } from '../../core/settings.ts';
import type { Mobile } from '../../core/text/mobile.ts';
import { type Network, networkValues } from '../../http/address.ts';
import { p, prepareRead } from '../../platform/database/query.ts';

const sends = (where: SQL): SQL<number> => sql<number>`(SELECT count(*) FROM ${smsSends} WHERE ${where})`;
const ofMobile = (since: string) =>
  sends(sql`${smsSends.mobile} = ${p('mobile')} AND ${smsSends.sentAt} > ${p(since)}`);

const ofNetwork = (column: SQLiteColumn, name: string) =>
  sends(sql`${column} = ${p(name)} AND ${smsSends.sentAt} > ${p('daySince')}`);

/** How many codes went out, by what is limited (docs/decisions.md#sms-codes). */
const counts = {
  recent: ofMobile('recentSince'),
  hour: ofMobile('hourSince'),
  day: ofMobile('daySince'),
  address: ofNetwork(smsSends.address, 'address'),
  network56: ofNetwork(smsSends.network56, 'network56'),
  network48: ofNetwork(smsSends.network48, 'network48'),
  total: sends(sql`${smsSends.sentAt} > ${p('daySince')}`),
};

/** Holds while another code may go out. */
export const withinLimits = sql`${counts.recent} = 0 AND ${counts.hour} < ${p('perHour')} AND ${counts.day} < ${p('perDay')}
  AND ${counts.address} < ${p('perAddress')} AND ${counts.network56} < ${p('per56')} AND ${counts.network48} < ${p('per48')}
  AND ${counts.total} < ${p('perTotal')}`;

/** Holds once half of the day's codes have gone out. */
export const isHalfway = sql`${counts.total} * 2 >= ${p('perTotal')}`;

type Counts = Record<'recent' | 'hour' | 'day', number>;

/** The counts of the number as a row, to tell which limit refused. */
export const readCounts = prepareRead<
  Pick<LimitValues, 'mobile' | 'recentSince' | 'hourSince' | 'daySince'>,
  Counts
>(sql`SELECT ${counts.recent}, ${counts.hour}, ${counts.day}`, ['recent', 'hour', 'day']);

/** What the conditions above want. */
export type LimitValues = ReturnType<typeof limitValues>;

/** Values of the placeholders above. Days are those of Asia/Shanghai. */
export function limitValues(config: Settings, now: number, mobile: Mobile, networks: readonly Network[]) {
  const allowed = (place: number) => config.SMS_PER_IP_DAY * (networks[place]?.times ?? 1);
  return {
    mobile,
    ...networkValues(networks),
    // Two processes may not agree on the time: without a pause nothing is recent, not even what came later.
    recentSince:
      config.SMS_RESEND_SECONDS > 0 ? now - config.SMS_RESEND_SECONDS * 1000 : Number.MAX_SAFE_INTEGER,
    hourSince: now - 3600 * 1000,
    daySince: chinaDayStart(now) - 1,
    perHour: config.SMS_PER_HOUR,
    perDay: config.SMS_PER_DAY,
    perAddress: allowed(0),
    per56: allowed(1),
    per48: allowed(2),
    perTotal: config.SMS_DAILY_TOTAL,
  };
}

/** Which limit the counts have reached: those of the number, else those of its address or of the day. */
export function reachedLimit(
  config: Settings,
  count: Counts | undefined,
): 'TOO_SOON' | 'TOO_MANY_THIS_HOUR' | 'TOO_MANY_TODAY' {
  if (count && count.recent > 0) return 'TOO_SOON';
  if (count && count.hour >= config.SMS_PER_HOUR) return 'TOO_MANY_THIS_HOUR';
  return 'TOO_MANY_TODAY';
}
