import { sql } from 'drizzle-orm';
import { deletions } from '../../../db/schema/deletions.ts';
import { sessions } from '../../../db/schema/sessions.ts';
import { IDENTITY, identityChecks, USER, users } from '../../../db/schema/users.ts';
import type { ChangeId, UserId } from '../../core/ids.ts';
import { parseMobile } from '../../core/text/mobile.ts';
import { refuse } from '../../http/failure.ts';
import { mayTry } from '../../http/lockout.ts';
import type { PasswordMd5 } from '../../http/params.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import { openOf } from '../../platform/keys/persons.ts';
import type { CallerContext, Platform } from '../../realtime/context.ts';
import { sealedKeyOf } from '../person-keys/own-key.ts';
import { ID_NO } from '../profiles/view.ts';
import { prepareUnbindAll } from '../push-devices/unbind.ts';
import { isPassword } from '../sessions/password.ts';
import { claimCode, codeClaimed, codeValues, countWrongCode } from '../sms-codes/claim.ts';
import { isUnder } from '../steps/conditions.ts';
import {
  type Consents,
  findObstacles,
  nothingInTheWay,
  type Obstacle,
  type ObstacleValues,
} from './obstacles.ts';

const DAY_MS = 24 * 3600 * 1000;
/** Wrong passwords, or ends of an ID number, before a deletion cannot be asked for during some minutes. */
const TRIES = 5;

type Asking = ObstacleValues & {
  readonly askedBy: string;
  readonly dueAt: number;
  readonly mark_change: ChangeId;
};
type Proved = Asking & { readonly mobile: string; readonly mark_claim: ChangeId; readonly hash: string };

const user = p('user');
const row = sql`SELECT ${user}, ${p('now')}, ${p('askedBy')}, ${p('dueAt')}, ${p('dueAt')}, ${p('mark_change')}`;
const into = sql`INSERT INTO ${deletions} (user_id, asked_at, asked_by, due_at, next_at, change_id)`;
const isOpen = sql`EXISTS (SELECT 1 FROM ${users} WHERE id = ${user} AND status = ${USER.valid})`;
const insertOwn = prepareChange<Proved>(
  sql`${into} ${row} WHERE ${codeClaimed} AND ${nothingInTheWay}
    AND EXISTS (SELECT 1 FROM ${users} WHERE id = ${user} AND password_hash = ${p('hash')} AND status = ${USER.valid})
    ON CONFLICT DO NOTHING`,
);
/** An account that is shut stays so for its owner, too; of one that is banned, the ban says how long. */
const insertFor = prepareChange<Asking>(
  sql`INSERT INTO ${deletions} (user_id, asked_at, asked_by, due_at, next_at, change_id, may_return) ${row}, ${isOpen} OR ${isUnder('account', user)}
    WHERE ${nothingInTheWay} AND EXISTS (SELECT 1 FROM ${users} WHERE id = ${user}) ON CONFLICT DO NOTHING`,
);
const begun = sql`EXISTS (SELECT 1 FROM ${deletions} WHERE user_id = ${user} AND change_id = ${p('mark_change')})`;
type Marked = Pick<Asking, 'user' | 'now' | 'mark_change'>;
const shut = prepareChange<Marked>(
  sql`UPDATE ${users} SET status = ${USER.disabled}, updated_at = ${p('now')} WHERE id = ${user} AND ${begun}`,
);
const endSessions = prepareChange<Marked>(
  sql`UPDATE ${sessions} SET ended_at = ${p('now')} WHERE user_id = ${user} AND ended_at IS NULL AND ${begun}`,
  { rings: 'sessions' },
);
const unbindPushes = prepareUnbindAll<Marked>(user, begun);
const shutting = (values: Marked) => ({
  shut: shut(values),
  endSessions: endSessions(values),
  unbindPushes: unbindPushes(values),
});

const confirmedId = prepareRead<{ user: UserId }, { sealedIdNo: string; sealedKey: string | null }>(
  sql`SELECT sealed_id_no, ${sealedKeyOf(user)} FROM ${identityChecks} WHERE user_id = ${user} AND state = ${IDENTITY.confirmed}`,
  ['sealedIdNo', 'sealedKey'],
);

type Account = { readonly mobile: string; readonly passwordHash: string };
const findAccount = prepareRead<{ user: UserId }, Account>(
  sql`SELECT mobile, password_hash FROM ${users} WHERE id = ${user}`,
  ['mobile', 'passwordHash'],
);

/** What the owner proves themselves by, beside the code. */
export interface Proof {
  readonly password: PasswordMd5 | undefined;
  /** The last four of the confirmed ID number. */
  readonly idEnd: string | undefined;
}

async function isProved({ db, keys, caller }: CallerContext, account: Account, { password, idEnd }: Proof) {
  if (password !== undefined) return isPassword(password, account.passwordHash);
  const [found] = await db.read(confirmedId({ user: caller.userId }));
  const idNo = found && openOf(keys, caller.userId, found.sealedKey, ID_NO, found.sealedIdNo);
  return idEnd !== undefined && idNo?.endsWith(idEnd) === true;
}

/** What a request came to: when the account is erased, or what stands in the way. */
export interface Asked {
  readonly dueAt: number | undefined;
  readonly obstacles: readonly Obstacle[];
}

/**
 * Asks for the deletion of the caller's account, which is shut at once and erased after DELETION_DAYS. Where something
 * stands in the way nothing is done, and no code used up. Refuses `NOT_PROVED`, `LOCKED`, `WRONG_CODE`.
 */
export async function askForDeletion(
  context: CallerContext,
  code: string,
  proof: Proof,
  consents: Consents,
): Promise<Asked> {
  const { db, clock, config, ids, caller } = context;
  const me = caller.userId;
  const now = clock.now();
  const asked = { ...consents, user: me, now };
  const { obstacles, accounts } = await db.read({
    obstacles: findObstacles(asked),
    accounts: findAccount({ user: me }),
  });
  if (obstacles.length > 0) return { dueAt: undefined, obstacles };
  const [account] = accounts;
  const mobile = (account && parseMobile(account.mobile)?.mobile) ?? refuse('NOT_PROVED');
  if (!(await mayTry(db, now, [{ key: `delete:${me}`, limit: TRIES }]))) refuse('LOCKED');
  if (!account || !(await isProved(context, account, proof))) refuse('NOT_PROVED');
  const dueAt = now + config.DELETION_DAYS * DAY_MS;
  const claim = codeValues(context, mobile, code);
  const values = {
    ...asked,
    ...claim,
    askedBy: '',
    dueAt,
    mark_change: ids.mark(),
    hash: account.passwordHash,
  };
  const { claimed, inserted } = await db.write({
    claimed: claimCode(values),
    countWrongCode: countWrongCode(values),
    inserted: insertOwn(values),
    ...shutting(values),
  });
  if (claimed === 0) refuse('WRONG_CODE');
  if (inserted === 1) return { dueAt, obstacles: [] };
  return { dueAt: undefined, obstacles: await db.read(findObstacles(asked)) };
}

/**
 * The statements by which an operator has an account deleted, on its owner's request. `inserted` changes a row where
 * there is such an account, nothing stands in its way, and it is not being deleted already.
 * @param askedBy the operator, as the audit names them
 */
export function deletingFor(
  { clock, ids, config }: Pick<Platform, 'clock' | 'ids' | 'config'>,
  whom: UserId,
  askedBy: string,
  consents: Consents,
) {
  const now = clock.now();
  const dueAt = now + config.DELETION_DAYS * DAY_MS;
  const values = { ...consents, user: whom, now, askedBy, dueAt, mark_change: ids.mark() };
  return { inserted: insertFor(values), ...shutting(values) };
}
