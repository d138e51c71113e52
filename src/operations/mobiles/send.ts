import { sql } from 'drizzle-orm';
import { users } from '../../../db/schema/users.ts';
import type { UserId } from '../../core/ids.ts';
import { type Mobile, parseMobile } from '../../core/text/mobile.ts';
import { isServed, orderingCode, whyNoCode } from '../../features/sms-codes/order.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import type { Actor } from '../actor.ts';
import { actorText } from '../catalogue/change.ts';
import type { Act } from '../operation.ts';
import { nothingDone } from '../refused.ts';
import { maskedMobile } from './params.ts';

const look = prepareRead<{ user: UserId; mobile: Mobile }, { old: Mobile | null; taken: number }>(
  sql`SELECT (SELECT mobile FROM ${users} WHERE id = ${p('user')}), EXISTS (SELECT 1 FROM ${users} WHERE mobile = ${p('mobile')})`,
  ['old', 'taken'],
);

/** The user's present number. Throws `Refused` where there is no such user, or somebody has the new number. */
export async function oldMobileOf({ db }: Platform, user: UserId, mobile: Mobile): Promise<Mobile> {
  const [found] = await db.read(look({ user, mobile }));
  if (!found?.old) return nothingDone(`There is no user ${user}.`);
  if (found.old === mobile) nothingDone(`User ${user} has that number already.`);
  if (found.taken) nothingDone('Another account has that number.');
  return found.old;
}

/** Under which an operator's codes are counted, and their tries. */
export const operatorKey = (actor: Actor): string => `operator:${actorText(actor)}`;

const WORDS = {
  TOO_SOON: 'That number was sent a code just now: wait half a minute.',
  TOO_MANY_THIS_HOUR: 'That number has had all codes that it gets in an hour.',
  TOO_MANY_TODAY: 'That number, or you, had all codes of today.',
} as const;

/** Sends a code to a user's new number, as an act. The limits of codes hold; each operator has an address's. */
export async function sendingCode(home: Platform, user: UserId, mobile: Mobile, actor: Actor): Promise<Act> {
  const old = await oldMobileOf(home, user, mobile);
  if (!isServed(home.config, parseMobile(mobile)?.country))
    nothingDone('No codes go to numbers of that country: SMS_COUNTRIES says to which.');
  const networks = [{ key: operatorKey(actor), times: 1 }];
  const reached = await whyNoCode(home, mobile, networks);
  if (reached) nothingDone(WORDS[reached]);
  const { code, batch } = orderingCode(home, mobile, networks);
  // Before it is kept: where it is not, what arrives is good for nothing.
  const failed = await home.sms.sendCode(mobile, code, home.config.APP_NAME);
  if (failed && failed !== 'UNCLEAR') nothingDone(`The SMS was not sent: ${failed}.`);
  return {
    on: user,
    batch,
    marks: ['recorded'],
    before: { mobile: maskedMobile(old) },
    after: { sentTo: maskedMobile(mobile) },
    ...(home.sms.showsCode ? { told: { code } } : {}),
    whyNot: async () => WORDS[(await whyNoCode(home, mobile, networks)) ?? 'TOO_SOON'],
  };
}
