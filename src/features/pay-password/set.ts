import { sql } from 'drizzle-orm';
import { wrongTries } from '../../../db/schema/sessions.ts';
import { smsCodes } from '../../../db/schema/sms-codes.ts';
import { payPasswords } from '../../../db/schema/users.ts';
import type { CallerContext } from '../../context.ts';
import { refuse } from '../../http/failure.ts';
import type { PasswordMd5 } from '../../http/params.ts';
import { prepareChange } from '../../platform/database/query.ts';
import { findUser } from '../profiles/queries.ts';
import { claimCode, codeClaimed, codeValues, countWrongCode } from '../sms-codes/claim.ts';
import { parseMobile } from '../sms-codes/mobile.ts';
import { payDigest, payKey } from './guard.ts';

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
const unlock = prepareChange(
  sql`DELETE FROM ${wrongTries} WHERE ${wrongTries.key} = ${p('payKey')} AND ${codeClaimed}`,
);

/**
 * Sets the caller's pay password with a code sent to his own mobile, and forgets wrong tries.
 * Refuses `NO_SUCH_USER`, `WRONG_CODE`, and `SAME_PASSWORD` when it is the one in use.
 */
export async function setPayPassword(
  context: CallerContext,
  password: PasswordMd5,
  code: string,
): Promise<void> {
  const me = context.caller.userId;
  const [[user]] = await context.db.read(findUser.byId({ id: me }));
  const mobile = (user && parseMobile(user.mobile)?.mobile) ?? refuse('NO_SUCH_USER');
  const values = {
    ...codeValues(context, mobile, code),
    me,
    payKey: payKey(me),
    payDigest: payDigest(context, me, password),
  };
  const [claimed, , , , same] = await context.db.write(
    claimCode(values),
    ...countWrongCode(values),
    unlock(values),
    giveCodeBack(values),
    store(values),
  );
  if (claimed === 0) refuse('WRONG_CODE');
  if (same > 0) refuse('SAME_PASSWORD');
}
