import { sql } from 'drizzle-orm';
import { LOGIN_EVENT } from '../../../db/schema/login-events.ts';
import { users } from '../../../db/schema/users.ts';
import type { ChangeId, UserId } from '../../core/ids.ts';
import { fold } from '../../core/text/fold.ts';
import { type Mobile, parseMobile } from '../../core/text/mobile.ts';
import { refuse, refuseParameter } from '../../http/failure.ts';
import type { PasswordMd5 } from '../../http/params.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { Context } from '../../realtime/context.ts';
import { findUser, type UserRow } from '../profiles/queries.ts';
import { proved, wrongCode } from '../sessions/login-events.ts';
import { hashPassword } from '../sessions/password.ts';
import { claimCode, codeClaimed, codeValues, countWrongCode, looksRight } from '../sms-codes/claim.ts';

/** What the statements here want. */
type Wanted = {
  readonly mobile: Mobile;
  readonly passwordHash: string;
  readonly name: string;
  readonly nickName: string;
  readonly nickFolded: string;
  readonly headUrl: string;
  readonly recommender: number;
  readonly now: number;
  readonly mark_claim: ChangeId;
};

const createUser = prepareChange<Wanted>(
  sql`INSERT INTO ${users} (mobile, password_hash, name, nick_name, nick_folded, head_url, recommender_id, created_at, updated_at)
    SELECT ${p('mobile')}, ${p('passwordHash')}, ${p('name')}, ${p('nickName')}, ${p('nickFolded')}, ${p('headUrl')},
      COALESCE((SELECT id FROM ${users} WHERE id = ${p('recommender')}), 0), ${p('now')}, ${p('now')}
    WHERE ${codeClaimed} AND NOT EXISTS (SELECT 1 FROM ${users} WHERE mobile = ${p('mobile')})`,
);

type NameWanted = Pick<Wanted, 'mobile' | 'mark_claim'>;
const madeNow = sql`mobile = ${p('mobile')} AND ${codeClaimed}`;
/** A user who gives no name is called 用户 and the user's number (docs/decisions.md#who-sees-what). */
const nameByNumber = [
  prepareChange<NameWanted>(
    sql`UPDATE ${users} SET name = '用户' || id, nick_name = '用户' || id WHERE ${madeNow} AND name = ''`,
  ),
  prepareChange<NameWanted>(
    sql`UPDATE ${users} SET nick_folded = nick_name WHERE ${madeNow} AND name = '用户' || id`,
  ),
];

export interface Registration {
  readonly mobile: string;
  readonly password: PasswordMd5;
  readonly code: string;
  readonly name: string;
  readonly headUrl: string;
  readonly recommender: UserId | undefined;
}

/**
 * Makes an account with an SMS code as proof of the number. The code is used up also when the number turns
 * out to be taken, so that it cannot be asked about twice.
 * @returns the new user; refuses `WRONG_CODE`, `MOBILE_TAKEN`
 */
export async function register(context: Context, registration: Registration): Promise<UserRow> {
  const mobile = parseMobile(registration.mobile)?.mobile ?? refuseParameter('mobile');
  const claim = codeValues(context, mobile, registration.code);
  const [guess] = await context.db.read(looksRight(claim));
  const hopeful = guess?.right === 1;
  const passwordHash = hopeful ? await hashPassword(registration.password, context) : '';
  const { name, headUrl, recommender } = registration;
  const user = {
    passwordHash,
    name,
    nickName: name,
    nickFolded: fold(name),
    headUrl,
    recommender: recommender ?? 0,
  };
  const naming = name === '' ? nameByNumber.map((step) => step(claim)) : [];
  const {
    claimed,
    created: [created],
  } = await context.db.write({
    claimed: claimCode(hopeful ? claim : { ...claim, codeDigests: '[]' }),
    countWrongCode: [...countWrongCode(claim), wrongCode(context, LOGIN_EVENT.register, mobile)],
    created: hopeful
      ? [createUser({ ...claim, ...user }), proved(context, LOGIN_EVENT.register, mobile)]
      : [],
    named: hopeful ? naming : [],
  });
  if (claimed === 0) refuse('WRONG_CODE');
  if (created === 0) refuse('MOBILE_TAKEN');
  const [row] = await context.db.read(findUser.byMobile({ mobile }));
  return row ?? refuse('MOBILE_TAKEN');
}
