import { sql } from 'drizzle-orm';
import { smsCodes, smsSends } from '../../../db/schema/sms-codes.ts';
import type { Settings } from '../../core/settings.ts';
import { type Mobile, parseMobile } from '../../core/text/mobile.ts';
import { refuse } from '../../http/failure.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { Context } from '../../realtime/context.ts';
import { reachedLimit } from './limits.ts';
import { isServed, orderingCode } from './order.ts';
import { type Asker, provePerson } from './prove-person.ts';

const withdrawCode = prepareChange<{ mobile: Mobile; digest: string }>(
  sql`DELETE FROM ${smsCodes} WHERE mobile = ${p('mobile')} AND digest = ${p('digest')}`,
);
const withdrawSend = prepareChange<{ send: number }>(sql`DELETE FROM ${smsSends} WHERE id = ${p('send')}`);

/** The name of the app for the text: one that the operator allows, never the caller's own words. */
const allowedName = ({ APP_NAME, SMS_APP_NAMES }: Settings, wanted: string | undefined): string =>
  wanted !== undefined && SMS_APP_NAMES.includes(wanted) ? wanted : APP_NAME;

/**
 * Sends a new code to a number; an older one of that number is void from then on.
 * @returns what the caller is told: the code itself in sandbox mode, else 发送成功
 */
export async function sendCode(context: Context, text: string, asker: Asker, app?: string): Promise<string> {
  const { config, sms } = context;
  const parsed = parseMobile(text);
  if (!parsed) refuse('BAD_NUMBER');
  const { mobile, country } = parsed;
  if (!isServed(config, country)) refuse('REGION_NOT_SERVED');
  await provePerson(context, mobile, asker);
  const { code, values, batch } = orderingCode(context, mobile, context.networks);
  const {
    counts: [counts],
    recorded,
    alarmed,
  } = await context.db.write(batch);
  if (alarmed > 0) context.log.error('sms half used', { total: config.SMS_DAILY_TOTAL });
  if (recorded === 0) refuse(reachedLimit(config, counts));
  const failed = await sms.sendCode(mobile, code, allowedName(config, app));
  if (failed) {
    // Where nobody knows, the message may arrive: its code stays good, and the limits count it.
    if (failed !== 'UNCLEAR')
      await context.db.write({
        withdrawCode: withdrawCode(values),
        // Not the person's fault: another try may follow at once.
        withdrawSend: failed === 'SEND_FAILED' ? [withdrawSend(values)] : [],
      });
    refuse(failed);
  }
  return sms.showsCode ? code : '发送成功';
}
