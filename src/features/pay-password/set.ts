import { sql } from 'drizzle-orm';
import { wrongTries } from '../../../db/schema/sessions.ts';
import { smsCodes } from '../../../db/schema/sms-codes.ts';
import { payPasswords } from '../../../db/schema/users.ts';
import type { CallerContext } from '../../context.ts';
import { refuse } from '../../http/failure.ts';
import type { NewPassword } from '../../http/params.ts';
import { prepareChange, type Values } from '../../platform/database/query.ts';
import { noticeValues, prepareNotice } from '../../realtime/notices.ts';
import { findUser } from '../profiles/queries.ts';
import { claimCode, codeClaimed, codeValues, countWrongCode, looksRight } from '../sms-codes/claim.ts';
import { parseMobile } from '../sms-codes/mobile.ts';
import { payDigest, payKey } from './guard.ts';
import { isWeakPayPassword } from './weak.ts';

const p = (name: string) => sql.placeholder(name);
const isSame = sql`EXISTS (SELECT 1 FROM ${payPasswords} WHERE ${payPasswords.userId} = ${p('me')} AND ${payPasswords.digest} = ${p('payDigest')})`;
/** The code stays good for another password; only who has it learns that this one is in use. */
const giveCodeBack = prepareChange(
  sql`UPDATE ${smsCodes} SET used_by = NULL
    WHERE ${smsCodes.mobile} = ${p('mobile')} AND ${smsCodes.usedBy} = ${p('claim')} AND ${isSame}`,
);
const store = prepareChange(
  sql`INSERT INTO ${payPasswords} (user_id, digest, updated_at) SELECT ${p('me')}, ${p('payDigest')}, ${p('now')}
    WHERE ${codeClaimed} ON CONFLICT (user_id) DO UPDATE SET digest = excluded.digest, updated_at = excluded.updated_at`,
);
const tell = prepareNotice(sql`${p('me')}`, codeClaimed);
const unlock = prepareChange(
  sql`DELETE FROM ${wrongTries} WHERE ${wrongTries.key} = ${p('payKey')} AND ${codeClaimed}`,
);

/** Whether production refuses it as weak. Only who has the code learns that, and keeps it for another. */
async function isRefused(
  { config, db }: CallerContext,
  password: NewPassword,
  claim: Values & { mobile: string },
) {
  if (config.MODE === 'sandbox' || config.PASSWORD_RULES === 'document') return false;
  const [[guess]] = await db.read(looksRight(claim));
  return guess?.right === 1 && (await isWeakPayPassword(password, claim.mobile));
}

/**
 * Sets the caller's pay password with a code sent to his own mobile, and forgets wrong tries.
 * Refuses `NO_SUCH_USER`, `WRONG_CODE`, and `SAME_PASSWORD` when it is the one in use, and in production `WEAK_PASSWORD`.
 */
export async function setPayPassword(
  context: CallerContext,
  password: NewPassword,
  code: string,
): Promise<void> {
  const me = context.caller.userId;
  const [[user]] = await context.db.read(findUser.byId({ id: me }));
  const mobile = (user && parseMobile(user.mobile)?.mobile) ?? refuse('NO_SUCH_USER');
  const values = {
    ...codeValues(context, mobile, code),
    me,
    payKey: payKey(me),
    payDigest: payDigest(context, me, password.md5),
  };
  if (await isRefused(context, password, values)) refuse('WEAK_PASSWORD');
  const [claimed, , , , same] = await context.db.write(
    claimCode(values),
    ...countWrongCode(values),
    unlock(values),
    giveCodeBack(values),
    store(values),
    tell({ ...values, ...noticeValues(context, 'payPasswordChanged') }),
  );
  if (claimed === 0) refuse('WRONG_CODE');
  if (same > 0) refuse('SAME_PASSWORD');
}
