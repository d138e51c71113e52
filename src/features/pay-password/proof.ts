import { type SQL, sql } from 'drizzle-orm';
import { payPasswords, payProofs } from '../../../db/schema/users.ts';
import type { SessionId } from '../../core/ids.ts';
import { because, type FailureText } from '../../http/failure.ts';
import type { PasswordMd5 } from '../../http/params.ts';
import { type NoMore, type Prepared, p, prepareChange, type Values } from '../../platform/database/query.ts';
import { prepareSweep, type Sweep } from '../../platform/database/sweep.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { prepareOpening } from '../wallet-holds/open.ts';
import {
  countWrongPayPassword,
  judgePayPassword,
  type PayPasswordValues,
  payPasswordNotLocked,
  payPasswordRight,
  payPasswordState,
  payPasswordValues,
} from './guard.ts';

/**
 * What listing 150 is good for: for two minutes it vouches for the calls of its session that send no `payPwd`
 * (docs/decisions.md#pay-password). The batch that relies on a proof uses it up.
 */
const PROOF_LIFE_MS = 120_000;

/** A proof of this session that is not older than the password itself. */
const isProved = sql`(EXISTS (SELECT 1 FROM ${payProofs} AS proof JOIN ${payPasswords} AS proved_password
    ON proved_password.user_id = ${p('me')} AND proved_password.updated_at <= proof.proved_at
    WHERE proof.session_id = ${p('paySession')} AND proof.proved_at > ${p('provedAfter')})
  AND ${payPasswordNotLocked})`;

/** What the statements and conditions here want. */
export type PayProofValues = PayPasswordValues & {
  readonly paySession: SessionId;
  readonly provedAfter: number;
};

/** The values of the statements and conditions here, those of `payPasswordValues` among them. */
export const payProofValues = (
  context: CallerContext,
  password: PasswordMd5 | undefined,
): PayProofValues => ({
  ...payPasswordValues(context, password),
  paySession: context.caller.sessionId,
  provedAfter: context.clock.now() - PROOF_LIFE_MS,
});

/** Condition where the password is optional: it is right; or none was sent and the limits or a proof allow it. */
export const payPasswordRightOr = (limits: SQL): SQL =>
  sql`CASE WHEN ${p('payDigest')} IS NULL THEN (${limits} OR ${isProved}) ELSE ${payPasswordRight} END`;

/**
 * Uses the proof up where the batch relied on it. Stands before whatever counts towards the limits.
 * @param mark SQL that holds when the batch's first statement did its work
 * @param limits as given to `payPasswordRightOr`
 */
export const useUpPayProof = <Wanted extends Values = NoMore>(
  mark: SQL,
  limits: SQL,
): Prepared<number, Wanted & PayProofValues> =>
  prepareChange<Wanted & PayProofValues>(
    sql`DELETE FROM ${payProofs} WHERE session_id = ${p('paySession')} AND ${p('payDigest')} IS NULL
      AND NOT ${limits} AND ${mark}`,
  );

const openFrozen = prepareOpening<PayPasswordValues>(payPasswordRight);
const prove = prepareChange<PayProofValues>(
  sql`INSERT INTO ${payProofs} (session_id, proved_at) SELECT ${p('paySession')}, ${p('now')} WHERE ${payPasswordRight}
    ON CONFLICT (session_id) DO UPDATE SET proved_at = excluded.proved_at`,
);

/**
 * Checks the pay password, and lets the session make one call without it in the next two minutes. It also proves who
 * the owner is: a frozen wallet is open from then on.
 * Refuses `WRONG_PAY_PASSWORD`, `PAY_PASSWORD_LOCKED`, `NO_PAY_PASSWORD`.
 */
export async function provePayPassword(context: CallerContext, password: PasswordMd5): Promise<void> {
  const values = payProofValues(context, password);
  const { counted, state } = await context.db.write({
    counted: countWrongPayPassword(values),
    proved: prove(values),
    state: payPasswordState(values),
    opened: openFrozen(context, values),
  });
  judgePayPassword(counted, state[0]);
}

const sweep = prepareSweep(payProofs, payProofs.provedAt);
/** Deletes proofs that vouch for nothing any more. */
export const sweepPayProofs: Sweep = (now, limit) => sweep({ before: now - PROOF_LIFE_MS, limit });

/**
 * Why a pay password that was neither sent nor proved is missed.
 * @param isSet whether the user has one
 */
export const missingPayPassword = (isSet: boolean) => (isSet ? 'PAY_PASSWORD_NEEDED' : 'PAY_PASSWORD_UNSET');

/** The refusals of `missingPayPassword`, with what to do beside the call's own text. */
export const missingPayPasswordErrors = (failed: FailureText) =>
  ({
    PAY_PASSWORD_NEEDED: because(failed, '超过免密限额，请先验证支付密码（/pay/validatePayPwd）后重试'),
    PAY_PASSWORD_UNSET: because(failed, '超过免密限额，请先设置支付密码（/pay/setPayPwd）'),
  }) as const;
