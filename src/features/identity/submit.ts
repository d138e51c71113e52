import { eq, sql } from 'drizzle-orm';
import { IDENTITY, identityChecks, users } from '../../../db/schema/users.ts';
import type { ChangeId, UserId } from '../../core/ids.ts';
import { type Mobile, parseMobile } from '../../core/text/mobile.ts';
import { refuse, refuseParameter } from '../../http/failure.ts';
import { p, prepareChange, prepareSelect } from '../../platform/database/query.ts';
import { digestsOf, type Keys } from '../../platform/keys/keys.ts';
import { openOf } from '../../platform/keys/persons.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { ownKeyOf, prepareKeepKey, sealedKeyOf } from '../person-keys/own-key.ts';
import { ID_NO, REAL_NAME } from '../profiles/view.ts';
import { claimCode, codeClaimed, codeValues, countWrongCode } from '../sms-codes/claim.ts';
import { parseIdNumber } from './id-number.ts';

/** What the statements here want. */
type Wanted = {
  readonly me: UserId;
  readonly sealedName: string;
  readonly sealedIdNo: string;
  readonly idNoDigest: string;
  readonly idNoDigests: string;
  readonly now: number;
  readonly mobile: Mobile;
  readonly mark_claim: ChangeId;
  readonly unreadable: string;
};

const findMine = prepareSelect<{ me: UserId }>()(
  {
    mobile: users.mobile,
    state: identityChecks.state,
    sealedIdNo: identityChecks.sealedIdNo,
    sealedName: identityChecks.sealedName,
    sealedKey: sealedKeyOf(p('me')),
  },
  (select) =>
    select
      .from(users)
      .leftJoin(identityChecks, eq(identityChecks.userId, users.id))
      .where(eq(users.id, p('me'))),
);
const takenByOther = sql`EXISTS (SELECT 1 FROM ${identityChecks} WHERE id_no_digest IN (SELECT value FROM json_each(${p('idNoDigests')})) AND state <> ${IDENTITY.rejected} AND user_id <> ${p('me')})`;
const submitCheck = prepareChange<Wanted>(
  sql`INSERT INTO ${identityChecks} (user_id, sealed_name, sealed_id_no, id_no_digest, state, submitted_at)
    SELECT ${p('me')}, ${p('sealedName')}, ${p('sealedIdNo')}, ${p('idNoDigest')}, ${IDENTITY.waits}, ${p('now')}
    WHERE ${codeClaimed} AND NOT ${takenByOther}
    ON CONFLICT (user_id) DO UPDATE SET sealed_name = excluded.sealed_name, sealed_id_no = excluded.sealed_id_no,
      id_no_digest = excluded.id_no_digest, state = ${IDENTITY.waits}, submitted_at = excluded.submitted_at, decided_at = NULL
      WHERE state = ${IDENTITY.rejected} OR sealed_id_no = ${p('unreadable')}`,
);

/** Nobody else's text is sealed like it, so that it marks the batch that stored it. */
const keepKey = prepareKeepKey<Pick<Wanted, 'me' | 'sealedIdNo'>>(
  sql`EXISTS (SELECT 1 FROM ${identityChecks} WHERE user_id = ${p('me')} AND sealed_id_no = ${p('sealedIdNo')})`,
);

/** The purpose of the digest that finds an ID number that was handed in already. */
export const ID_DIGEST = 'id-number';

export interface IdentityClaim {
  readonly name: string;
  readonly idNo: string;
  readonly mobile: string;
  readonly code: string;
}

/** What was handed in under a DATA_KEY that is lost: nobody can look at it, and it may be handed in once more. */
function unreadableIn(
  keys: Keys,
  me: UserId,
  mine: {
    readonly sealedIdNo: string | null;
    readonly sealedName: string | null;
    readonly sealedKey: string | null;
  },
): string | undefined {
  const { sealedIdNo, sealedName, sealedKey } = mine;
  if (sealedIdNo === null || sealedName === null) return undefined;
  const isReadable =
    openOf(keys, me, sealedKey, ID_NO, sealedIdNo) !== undefined &&
    openOf(keys, me, sealedKey, REAL_NAME, sealedName) !== undefined;
  return isReadable ? undefined : sealedIdNo;
}

/**
 * Hands in one's real name and ID number; an operator confirms them (`teahouse admin identity`). Only a caller who
 * proves their mobile by a code learns whether somebody else has the number. Refuses `IN_REVIEW`, `CONFIRMED`,
 * `WRONG_CODE`, `ID_TAKEN`.
 */
export async function submitIdentity(
  context: CallerContext,
  { name, idNo, mobile: text, code }: IdentityClaim,
): Promise<void> {
  const me = context.caller.userId;
  const number = parseIdNumber(idNo) ?? refuseParameter('idNo');
  const mobile = parseMobile(text)?.mobile ?? refuseParameter('mobile');
  const { keys } = context;
  const digests = digestsOf(keys.duplicates, ID_DIGEST, number);
  const [mine] = await context.db.read(findMine({ me }));
  if (mine?.mobile !== mobile) refuseParameter('mobile');
  const unreadable = unreadableIn(keys, me, mine);
  if (mine.state === IDENTITY.confirmed && !unreadable) refuse('CONFIRMED');
  // What waits cannot be exchanged: an operator decides on what they were shown.
  if (mine.state === IDENTITY.waits && !unreadable) refuse('IN_REVIEW');
  const claim = codeValues(context, mobile, code);
  const own = ownKeyOf(context, me, mine.sealedKey);
  const sealed = {
    sealedName: own.seal(REAL_NAME, name),
    sealedIdNo: own.seal(ID_NO, number),
    idNoDigest: digests.kept,
    idNoDigests: digests.all,
  };
  const { claimed, submitted } = await context.db.write({
    claimed: claimCode(claim),
    countWrongCode: countWrongCode(claim),
    submitted: submitCheck({ ...claim, ...sealed, me, unreadable: unreadable ?? '' }),
    keepKey: keepKey({ ...own.values, ...sealed, me }),
  });
  if (claimed === 0) refuse('WRONG_CODE');
  if (submitted === 0) refuse('ID_TAKEN');
}
