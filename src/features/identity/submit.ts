import { eq, sql } from 'drizzle-orm';
import { IDENTITY, identityChecks, users } from '../../../db/schema/users.ts';
import type { ChangeId, UserId } from '../../core/ids.ts';
import { digest, seal, unsealIfOurs } from '../../core/sealing.ts';
import { type Mobile, parseMobile } from '../../core/text/mobile.ts';
import { refuse, refuseParameter } from '../../http/failure.ts';
import { p, prepareChange, prepareSelect } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { ID_NO, REAL_NAME } from '../profiles/view.ts';
import { claimCode, codeClaimed, codeValues, countWrongCode } from '../sms-codes/claim.ts';
import { parseIdNumber } from './id-number.ts';

/** What the statements here want. */
type Wanted = {
  readonly me: UserId;
  readonly sealedName: string;
  readonly sealedIdNo: string;
  readonly idNoDigest: string;
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
  },
  (select) =>
    select
      .from(users)
      .leftJoin(identityChecks, eq(identityChecks.userId, users.id))
      .where(eq(users.id, p('me'))),
);
const takenByOther = sql`EXISTS (SELECT 1 FROM ${identityChecks} WHERE id_no_digest = ${p('idNoDigest')} AND state <> ${IDENTITY.rejected} AND user_id <> ${p('me')})`;
const submitCheck = prepareChange<Wanted>(
  sql`INSERT INTO ${identityChecks} (user_id, sealed_name, sealed_id_no, id_no_digest, state, submitted_at)
    SELECT ${p('me')}, ${p('sealedName')}, ${p('sealedIdNo')}, ${p('idNoDigest')}, ${IDENTITY.waits}, ${p('now')}
    WHERE ${codeClaimed} AND NOT ${takenByOther}
    ON CONFLICT (user_id) DO UPDATE SET sealed_name = excluded.sealed_name, sealed_id_no = excluded.sealed_id_no,
      id_no_digest = excluded.id_no_digest, state = ${IDENTITY.waits}, submitted_at = excluded.submitted_at, decided_at = NULL
      WHERE state = ${IDENTITY.rejected} OR sealed_id_no = ${p('unreadable')}`,
);

export interface IdentityClaim {
  readonly name: string;
  readonly idNo: string;
  readonly mobile: string;
  readonly code: string;
}

/** What was handed in under a DATA_KEY that is lost: nobody can look at it, and it may be handed in once more. */
function unreadableIn(
  dataKey: Uint8Array,
  { sealedIdNo, sealedName }: { readonly sealedIdNo: string | null; readonly sealedName: string | null },
): string | undefined {
  if (sealedIdNo === null || sealedName === null) return undefined;
  const isReadable =
    unsealIfOurs(dataKey, ID_NO, sealedIdNo) !== undefined &&
    unsealIfOurs(dataKey, REAL_NAME, sealedName) !== undefined;
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
  const idNoDigest = digest(context.keys.pepper, 'id-number', number);
  const [mine] = await context.db.read(findMine({ me }));
  if (mine?.mobile !== mobile) refuseParameter('mobile');
  const { keys, random } = context;
  const unreadable = unreadableIn(keys.data, mine);
  if (mine.state === IDENTITY.confirmed && !unreadable) refuse('CONFIRMED');
  // What waits cannot be exchanged: an operator decides on what they were shown.
  if (mine.state === IDENTITY.waits && !unreadable) refuse('IN_REVIEW');
  const claim = codeValues(context, mobile, code);
  const sealed = {
    sealedName: seal(keys.data, REAL_NAME, name, random),
    sealedIdNo: seal(keys.data, ID_NO, number, random),
  };
  const { claimed, submitted } = await context.db.write({
    claimed: claimCode(claim),
    countWrongCode: countWrongCode(claim),
    submitted: submitCheck({ ...claim, ...sealed, me, idNoDigest, unreadable: unreadable ?? '' }),
  });
  if (claimed === 0) refuse('WRONG_CODE');
  if (submitted === 0) refuse('ID_TAKEN');
}
