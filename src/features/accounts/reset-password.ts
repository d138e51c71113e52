import { sql } from 'drizzle-orm';
import { LOGIN_EVENT } from '../../../db/schema/login-events.ts';
import { sessions } from '../../../db/schema/sessions.ts';
import { users } from '../../../db/schema/users.ts';
import type { ChangeId } from '../../core/ids.ts';
import { type Mobile, parseMobile } from '../../core/text/mobile.ts';
import { refuse, refuseParameter } from '../../http/failure.ts';
import type { PasswordMd5 } from '../../http/params.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { Context } from '../../realtime/context.ts';
import { noticeValues, prepareNotice } from '../../realtime/notices.ts';
import { findUser, type UserRow } from '../profiles/queries.ts';
import { prepareUnbindAll } from '../push-devices/unbind.ts';
import { isKnownDevice, knownValues } from '../sessions/known-logins.ts';
import { proved, wrongCode } from '../sessions/login-events.ts';
import { prepareForgetLogins } from '../sessions/login-tries.ts';
import { hashPassword } from '../sessions/password.ts';
import { claimCode, codeClaimed, codeValues, countWrongCode, looksRight } from '../sms-codes/claim.ts';
import { isSilent, prepareHold } from '../wallet-holds/hold.ts';

/** What the statements here want. */
type Wanted = {
  readonly mobile: string;
  readonly day: number;
  readonly mark_claim: ChangeId;
  readonly uuid: string;
  readonly knownSince: number;
};

const setPassword = prepareChange<{
  passwordHash: string;
  now: number;
  mobile: Mobile;
  mark_claim: ChangeId;
}>(
  sql`UPDATE ${users} SET password_hash = ${p('passwordHash')}, updated_at = ${p('now')}
    WHERE mobile = ${p('mobile')} AND ${codeClaimed}`,
);
const owner = sql`(SELECT id FROM ${users} WHERE mobile = ${p('mobile')})`;
const endAllSessions = prepareChange<{ now: number; mobile: Mobile; mark_claim: ChangeId }>(
  sql`UPDATE ${sessions} SET ended_at = ${p('now')} WHERE ended_at IS NULL AND user_id = ${owner} AND ${codeClaimed}`,
  { rings: 'sessions' },
);
/** Whoever has the number now may not be who had it: the carrier gives numbers out again. */
const hold = prepareHold<Wanted>(owner, isSilent(owner), sql`${codeClaimed} AND NOT ${isKnownDevice(owner)}`);
const unbindAll = prepareUnbindAll<{ mobile: Mobile; mark_claim: ChangeId }>(owner, codeClaimed);
const tell = prepareNotice<{ mobile: string; mark_claim: ChangeId }>(owner, codeClaimed);
/** People who have forgotten their password have tried others before. */
const forgetLogins = prepareForgetLogins<{ mark_claim: ChangeId }>(codeClaimed);

/**
 * Sets a new password with an SMS code as proof, ends every session of the account and the pushes to its phones,
 * and forgets wrong tries at logging in. From a device that the account does not know, its wallet is held for a
 * day, and frozen where nobody was heard of for 180 days.
 * @param uuid the device, where the app says which it is
 * @returns the user; refuses `WRONG_CODE`, `NO_SUCH_USER`
 */
export async function resetPassword(
  context: Context,
  text: string,
  password: PasswordMd5,
  code: string,
  uuid: string,
): Promise<UserRow> {
  const mobile = parseMobile(text)?.mobile ?? refuseParameter('mobile');
  const claim = codeValues(context, mobile, code);
  const [guess] = await context.db.read(looksRight(claim));
  const hopeful = guess?.right === 1;
  const passwordHash = hopeful ? await hashPassword(password, context) : '';
  const change = hopeful
    ? [
        hold({ ...claim, ...knownValues(claim.now, uuid, claim.address) }),
        setPassword({ ...claim, passwordHash }),
        proved(context, LOGIN_EVENT.newPassword, mobile),
        endAllSessions(claim),
        unbindAll(claim),
        forgetLogins(claim),
        tell({ ...claim, ...noticeValues(context, 'passwordChanged') }),
      ]
    : [];
  const {
    claimed,
    change: [, changed],
  } = await context.db.write({
    claimed: claimCode(hopeful ? claim : { ...claim, codeDigests: '[]' }),
    countWrongCode: [...countWrongCode(claim), wrongCode(context, LOGIN_EVENT.newPassword, mobile)],
    change,
  });
  if (claimed === 0) refuse('WRONG_CODE');
  if (changed === 0) refuse('NO_SUCH_USER');
  const [row] = await context.db.read(findUser.byMobile({ mobile }));
  return row ?? refuse('NO_SUCH_USER');
}
