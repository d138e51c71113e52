import { eq, sql } from 'drizzle-orm';
import { LOGIN_RESULT, type LoginResult } from '../../../db/schema/login-events.ts';
import { USER, users } from '../../../db/schema/users.ts';
import type { UserId } from '../../core/ids.ts';
import { type Mobile, parseMobile } from '../../core/text/mobile.ts';
import { refuse } from '../../http/failure.ts';
import { forgetTries, mayTry } from '../../http/lockout.ts';
import type { PasswordMd5 } from '../../http/params.ts';
import { p, prepareSelect, type RowOf } from '../../platform/database/query.ts';
import type { Context } from '../../realtime/context.ts';
import { keeping } from '../deletions/waiting.ts';
import { isBanOver } from '../steps/conditions.ts';
import { prepareEndOfBan } from '../steps/end-bans.ts';
import { stepDetails, stepOf } from '../steps/standing.ts';
import { prepareSession } from './begin.ts';
import { isKnownAddress, isKnownDevice, knownValues } from './known-logins.ts';
import { noteRefused } from './login-events.ts';
import { knownTries, loginTries } from './login-tries.ts';
import { isPassword, wastePasswordTime } from './password.ts';

/** What the statements here want. */
type Wanted = {
  readonly uuid: string;
  readonly knownSince: number;
  readonly address: string;
  readonly mobile: Mobile;
  readonly now: number;
};

const findAccount = prepareSelect<Wanted>()(
  {
    id: users.id,
    passwordHash: users.passwordHash,
    isOpen: sql<number>`${users.status} = ${USER.valid} OR ${isBanOver(sql`${users.id}`)}`,
    isKnownDevice: isKnownDevice(sql`${users.id}`),
    isKnownAddress: isKnownAddress(sql`${users.id}`),
  },
  (select) => select.from(users).where(eq(users.mobile, p('mobile'))),
);

/** Nothing may have changed since the password was checked: not the hash, not the account's state. */
const unchanged = sql`EXISTS (SELECT 1 FROM ${users} WHERE id = ${p('user')} AND password_hash = ${p('hash')} AND (status = ${USER.valid} OR ${isBanOver(p('user'))}))`;
const begin = prepareSession<{ hash: string; now: number }>(unchanged);
const endBan = prepareEndOfBan(p('user'));

export interface Login {
  readonly mobile: string;
  readonly countryCode: string;
  readonly password: PasswordMd5;
  /** 0 unknown, 1 Android, 2 iOS, 3 PC, 4 web. */
  readonly device: number;
  readonly uuid: string;
}

type Account = RowOf<typeof findAccount>;

/** What this try counts under. A device or address that the user has logged in from has a count of its own. */
function triesOf(
  mobile: Mobile,
  { networks, addressKey }: Context,
  uuid: string,
  account: Account | undefined,
) {
  if (account?.isKnownDevice) return knownTries(mobile, `device:${uuid}`);
  return account?.isKnownAddress ? knownTries(mobile, addressKey) : loginTries(mobile, networks);
}

/** What a login came to. */
export interface LoggedIn {
  readonly user: UserId;
  readonly token: string;
  /** It has taken back the deletion of the account, which waited. */
  readonly isBack: boolean;
}

/** Opens an account again whose owner comes back while its deletion waits. @returns whether it was so */
async function comesBack(context: Context, { id, passwordHash }: Account): Promise<boolean> {
  const { kept } = await context.db.write(keeping(context, id, passwordHash));
  return kept === 1;
}

/**
 * Begins a session and ends the older one of that device kind. A deletion that waits is taken back.
 * @returns whose it is, and its token; refuses `NO_SUCH_USER`, `WRONG_PASSWORD`, `LOCKED`, `DISABLED`
 */
export async function logIn(context: Context, login: Login): Promise<LoggedIn> {
  const { db, clock, addressKey } = context;
  const mobile = parseMobile(login.mobile, login.countryCode)?.mobile ?? refuse('NO_SUCH_USER');
  const now = clock.now();
  const [account] = await db.read(findAccount({ mobile, now, ...knownValues(now, login.uuid, addressKey) }));
  const tries = triesOf(mobile, context, login.uuid, account);
  const refused = async (result: LoginResult) => account && noteRefused(context, account.id, result, login);
  if (!(await mayTry(db, now, tries))) {
    await refused(LOGIN_RESULT.locked);
    refuse('LOCKED');
  }
  if (!account) {
    await wastePasswordTime(login.password, context.passwordCost);
    refuse('NO_SUCH_USER');
  }
  if (!(await isPassword(login.password, account.passwordHash))) {
    await refused(LOGIN_RESULT.wrongPassword);
    refuse('WRONG_PASSWORD');
  }
  const isBack = !account.isOpen && (await comesBack(context, account));
  if (!account.isOpen && !isBack) {
    await refused(LOGIN_RESULT.disabled);
    const ban = await stepOf(context, account.id, 'account');
    refuse('DISABLED', ban && stepDetails(ban));
  }
  const token = await begin(
    context,
    { userId: account.id, device: login.device, uuid: login.uuid },
    { hash: account.passwordHash, now },
    [...tries.map(({ key }) => forgetTries({ key })), ...endBan({ user: account.id, now })],
  );
  return { user: account.id, token: token ?? refuse('WRONG_PASSWORD'), isBack };
}
