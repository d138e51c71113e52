import { type SQL, sql } from 'drizzle-orm';
import { smsSends } from '../../../db/schema/sms-codes.ts';
import { chinaDayStart } from '../../china-time.ts';
import type { Config } from '../../config.ts';
import { prepareSql, type Values } from '../../platform/database/query.ts';

const p = (name: string) => sql.placeholder(name);
const sends = (where: SQL): SQL<number> => sql<number>`(SELECT count(*) FROM ${smsSends} WHERE ${where})`;
const ofMobile = (since: string) =>
  sends(sql`${smsSends.mobile} = ${p('mobile')} AND ${smsSends.sentAt} > ${p(since)}`);

/** How many codes went out, by what is limited (decisions, Identity). */
const counts = {
  recent: ofMobile('recentSince'),
  hour: ofMobile('hourSince'),
  day: ofMobile('daySince'),
  address: sends(sql`${smsSends.address} = ${p('address')} AND ${smsSends.sentAt} > ${p('daySince')}`),
  total: sends(sql`${smsSends.sentAt} > ${p('daySince')}`),
};

/** Holds while another code may go out. */
export const withinLimits = sql`${counts.recent} = 0 AND ${counts.hour} < ${p('perHour')} AND ${counts.day} < ${p('perDay')}
  AND ${counts.address} < ${p('perAddress')} AND ${counts.total} < ${p('perTotal')}`;

type Counts = Record<keyof typeof counts, number>;

/** The same counts as a row, to tell which limit refused. */
export const readCounts = prepareSql<Counts>(
  sql`SELECT ${counts.recent}, ${counts.hour}, ${counts.day}, ${counts.address}, ${counts.total}`,
  ['recent', 'hour', 'day', 'address', 'total'],
);

/** Values of the placeholders above, `address` an `addressKey`. Days are those of Asia/Shanghai. */
export function limitValues(config: Config, now: number, mobile: string, address: string): Values {
  return {
    mobile,
    address,
    recentSince: now - config.SMS_RESEND_SECONDS * 1000,
    hourSince: now - 3600 * 1000,
    daySince: chinaDayStart(now) - 1,
    perHour: config.SMS_PER_HOUR,
    perDay: config.SMS_PER_DAY,
    perAddress: config.SMS_PER_IP_DAY,
    perTotal: config.SMS_DAILY_TOTAL,
  };
}

/** Which limit the counts have reached; undefined for none. */
export function reachedLimit(
  config: Config,
  count: Counts,
): 'TOO_SOON' | 'TOO_MANY_THIS_HOUR' | 'TOO_MANY_TODAY' | undefined {
  if (count.recent > 0) return 'TOO_SOON';
  if (count.hour >= config.SMS_PER_HOUR) return 'TOO_MANY_THIS_HOUR';
  if (count.day >= config.SMS_PER_DAY || count.address >= config.SMS_PER_IP_DAY) return 'TOO_MANY_TODAY';
  return count.total >= config.SMS_DAILY_TOTAL ? 'TOO_MANY_TODAY' : undefined;
}
