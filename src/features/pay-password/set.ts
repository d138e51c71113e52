import { sql } from 'drizzle-orm';
import { wrongTries } from '../../../db/schema/sessions.ts';
import { smsCodes } from '../../../db/schema/sms-codes.ts';
import { IDENTITY, identityChecks, payPasswords } from '../../../db/schema/users.ts';
import { walletHolds } from '../../../db/schema/wallet-holds.ts';
import type { UserId } from '../../core/ids.ts';
import { parseMobile } from '../../core/text/mobile.ts';
import { refuse } from '../../http/failure.ts';
import type { NewPassword } from '../../http/params.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import { openOf } from '../../platform/keys/persons.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { noticeValues, prepareNotice } from '../../realtime/notices.ts';
import { sealedKeyOf } from '../person-keys/own-key.ts';
import { findUser } from '../profiles/queries.ts';
import { ID_NO } from '../profiles/view.ts';
import {
  type CodeValues,
  claimCode,
  codeClaimed,
  codeValues,
  countWrongCode,
  looksRight,
} from '../sms-codes/claim.ts';
import { isUnproved } from '../wallet-holds/conditions.ts';
import { prepareHold } from '../wallet-holds/hold.ts';
import { prepareOpening } from '../wallet-holds/open.ts';
import { type PayDigests, payDigests, payKey, payPasswordSet, renewPayDigest } from './guard.ts';
import { isWeakPayPassword } from './weak.ts';

/** What the statements here want; `knowsId` is 1 where the owner has proved who they are. */
type Wanted = CodeValues &
  PayDigests & {
    readonly me: UserId;
    readonly payKey: string;
    readonly knowsId: number;
  };

const isSame = sql`EXISTS (SELECT 1 FROM ${payPasswords} WHERE ${payPasswords.userId} = ${p('me')} AND ${payPasswords.digest} = ${p('payDigest')})`;
/** The code stays good for another password; only who has it learns that this one is in use. */
const giveCodeBack = prepareChange<Wanted>(
  sql`UPDATE ${smsCodes} SET used_by = NULL
    WHERE ${smsCodes.mobile} = ${p('mobile')} AND ${smsCodes.usedBy} = ${p('mark_claim')} AND ${isSame}`,
);
const isOpen = sql`${codeClaimed} AND NOT ${isUnproved}`;
/** Whoever has the number of a wallet that is frozen must also know whom it belongs to. */
const openFrozen = prepareOpening<Wanted>(sql`${codeClaimed} AND ${p('knowsId')} = 1`);
const limit = prepareHold<Wanted>(p('me'), sql`0`, sql`${isOpen} AND ${payPasswordSet}`);
const store = prepareChange<Wanted>(
  sql`INSERT INTO ${payPasswords} (user_id, digest, pepper_name, updated_at)
    SELECT ${p('me')}, ${p('payDigest')}, ${p('pepperName')}, ${p('now')}
    WHERE ${isOpen} ON CONFLICT (user_id) DO UPDATE SET digest = excluded.digest, pepper_name = excluded.pepper_name,
      updated_at = excluded.updated_at`,
);
/** Of the first one there is nothing to tell: it takes nothing from anybody. */
const tell = prepareNotice<Wanted>(p('me'), sql`${isOpen} AND ${payPasswordSet}`);
const unlock = prepareChange<Wanted>(
  sql`DELETE FROM ${wrongTries} WHERE ${wrongTries.key} = ${p('payKey')} AND ${codeClaimed}`,
);

/** Handed in before the freeze: whoever has the number since may have had a number of their own confirmed. */
const findProof = prepareRead<
  { me: UserId },
  { frozen: number; sealedIdNo: string | null; sealedKey: string | null }
>(
  sql`SELECT ${isUnproved}, (SELECT c.sealed_id_no FROM ${identityChecks} AS c JOIN ${walletHolds} AS h ON h.user_id = c.user_id
    WHERE c.user_id = ${p('me')} AND c.state = ${IDENTITY.confirmed} AND c.submitted_at < h.frozen_at), ${sealedKeyOf(p('me'))}`,
  ['frozen', 'sealedIdNo', 'sealedKey'],
);

/**
 * Whether the caller knows the end of the confirmed ID number that was handed in before the wallet was frozen;
 * undefined where it is not and nobody needs to. Refuses `WALLET_FROZEN` where the caller does not say.
 */
async function knowsId({ db, keys, caller }: CallerContext, idEnd: string | undefined) {
  const [found] = await db.read(findProof({ me: caller.userId }));
  if (!found?.frozen) return undefined;
  if (idEnd === undefined) refuse('WALLET_FROZEN');
  const { sealedIdNo: sealed, sealedKey } = found;
  const idNo = sealed === null ? undefined : openOf(keys, caller.userId, sealedKey, ID_NO, sealed);
  return idNo?.endsWith(idEnd) ?? false;
}

/** Whether production refuses it as weak. Only who has the code learns that, and keeps it for another. */
async function isRefused({ config, db }: CallerContext, password: NewPassword, claim: CodeValues) {
  if (config.MODE === 'sandbox' || config.PASSWORD_RULES === 'document') return false;
  const [guess] = await db.read(looksRight(claim));
  return guess?.right === 1 && (await isWeakPayPassword(password, claim.mobile));
}

/**
 * Sets the caller's pay password with a code sent to their own mobile, and forgets wrong tries. Over an existing
 * one it holds the wallet for a day. A frozen wallet keeps the old one until `idEnd` proves the owner, and is open
 * then; a wrong one uses the code up, so that nobody tries more often than codes come. Refuses `NO_SUCH_USER`,
 * `WRONG_CODE`, and `SAME_PASSWORD` when it is the one in use, `WALLET_FROZEN`, `WRONG_ID`, and in production
 * `WEAK_PASSWORD`.
 * @param idEnd the last six of the ID number that was handed in before the freeze and is confirmed
 */
export async function setPayPassword(
  context: CallerContext,
  password: NewPassword,
  code: string,
  idEnd: string | undefined,
): Promise<void> {
  const me = context.caller.userId;
  const [user] = await context.db.read(findUser.byId({ id: me }));
  const mobile = (user && parseMobile(user.mobile)?.mobile) ?? refuse('NO_SUCH_USER');
  const proof = await knowsId(context, idEnd);
  const values = {
    ...codeValues(context, mobile, code),
    me,
    payKey: payKey(me),
    ...payDigests(context, me, password.md5),
    knowsId: proof ? 1 : 0,
  };
  if (proof === false) {
    const { claimed } = await context.db.write({
      claimed: claimCode(values),
      countWrongCode: countWrongCode(values),
    });
    refuse(claimed === 0 ? 'WRONG_CODE' : 'WRONG_ID');
  }
  if (await isRefused(context, password, values)) refuse('WEAK_PASSWORD');
  const { claimed, same, stored } = await context.db.write({
    renewed: renewPayDigest(values),
    claimed: claimCode(values),
    counted: countWrongCode(values),
    unlock: unlock(values),
    same: giveCodeBack(values),
    openFrozen: openFrozen(context, values),
    limit: limit(values),
    tell: tell({ ...values, ...noticeValues(context, 'payPasswordChanged') }),
    stored: store(values),
  });
  if (claimed === 0) refuse('WRONG_CODE');
  if (same > 0) refuse('SAME_PASSWORD');
  if (stored === 0) refuse('WALLET_FROZEN');
}
