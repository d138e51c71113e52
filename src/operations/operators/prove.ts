import { type SQL, sql } from 'drizzle-orm';
import { operatorRecoveryCodes, operators } from '../../../db/schema/operators.ts';
import type { OperatorId } from '../../core/ids.ts';
import { isPassword, wastePasswordTime } from '../../features/sessions/password.ts';
import { refuse } from '../../http/failure.ts';
import { LOCK_MS, type TryLimit } from '../../http/lockout.ts';
import { p, prepareChange, prepareRead, type Values } from '../../platform/database/query.ts';
import { type OperatorName, parseOperatorName } from './name.ts';
import { plainPassword } from './new-password.ts';
import type { OperatorCall } from './operator-call.ts';
import { recoveryDigest, renewRecoveryDigest } from './recovery-codes.ts';
import { isKnownAddress, knownAddressValues } from './sessions.ts';
import { totpStep, unsealTotp } from './totp.ts';
import { mayTryAt, triesAt } from './tries.ts';

/** What an operator proves to be themselves by: a password, and a code of their authenticator or a recovery code. */
export interface GivenProof {
  readonly password: string;
  readonly code?: string | undefined;
  readonly recoveryCode?: string | undefined;
}

type Account = {
  readonly id: OperatorId;
  readonly name: OperatorName;
  readonly role: string;
  readonly hash: string | null;
  readonly sealedTotp: string | null;
  readonly totpStep: number;
  readonly isKnown: number;
  readonly hasRecoveryCode: number;
};

/** Whose account is looked at, and whence; `name` is empty where what was given is none. */
type AccountValues = ReturnType<typeof knownAddressValues> & {
  readonly name: OperatorName | '';
  readonly recovery: string | null;
};

const find = prepareRead<AccountValues, Account>(
  sql`SELECT o.id, o.name, o.role, o.password_hash, o.sealed_totp, o.totp_step, ${isKnownAddress(sql`o.id`)},
    EXISTS (SELECT 1 FROM ${operatorRecoveryCodes} AS r WHERE r.operator_id = o.id AND r.digest = ${p('recovery')})
    FROM ${operators} AS o WHERE o.name = ${p('name')} AND o.removed_at IS NULL`,
  ['id', 'name', 'role', 'hash', 'sealedTotp', 'totpStep', 'isKnown', 'hasRecoveryCode'],
);

/** Values of `isStillProved` and `useUp`: what was proved. */
export type ProofValues = {
  readonly operator: OperatorId;
  readonly hash: string;
  /** Of the code that was given; null where a recovery code was. */
  readonly step: number | null;
  /** Digest of the recovery code that was given. */
  readonly recovery: string | null;
};

/** What the second proof was, in the audit's words: whoever uses a recovery code has one fewer. */
export const proofText = ({ recovery }: ProofValues): string =>
  recovery === null ? 'authenticator' : 'recovery code';

const isOperator = sql`id = ${p('operator')}`;
/**
 * Condition: nothing has changed since it was proved. The password is the same, and nobody has used the code
 * meanwhile.
 */
export const isStillProved: SQL = sql`(EXISTS (SELECT 1 FROM ${operators} WHERE ${isOperator} AND removed_at IS NULL
    AND password_hash = ${p('hash')} AND (${p('step')} IS NULL OR totp_step < ${p('step')}))
  AND (${p('recovery')} IS NULL OR EXISTS (SELECT 1 FROM ${operatorRecoveryCodes}
    WHERE operator_id = ${p('operator')} AND digest = ${p('recovery')})))`;

/** Prepares that a code is used up, for the batch of what it was good for. @param mark of that batch */
export function prepareUseUp<Wanted extends Values>(mark: SQL) {
  const step = prepareChange<ProofValues & Wanted>(
    sql`UPDATE ${operators} SET totp_step = ${p('step')} WHERE ${isOperator} AND ${p('step')} IS NOT NULL AND ${mark}`,
  );
  const recovery = prepareChange<ProofValues & Wanted>(
    sql`DELETE FROM ${operatorRecoveryCodes} WHERE operator_id = ${p('operator')} AND digest = ${p('recovery')} AND ${mark}`,
  );
  return (values: ProofValues & Wanted) => [step(values), recovery(values)];
}

/** An operator who has proved to be themselves, as the batch that relies on it must find them. */
export interface Proved {
  readonly name: OperatorName;
  readonly role: string;
  readonly values: ProofValues;
  readonly tries: readonly TryLimit[];
}

/** Longer ones are nobody's, and would only take time. */
const MOST = 512;

/** Whether the second proof is right, and which it is. Takes as long for nobody as for somebody. */
function secondProof(
  call: OperatorCall,
  account: Account | undefined,
  given: GivenProof,
  digest: string | null,
) {
  if (digest !== null) return account?.hasRecoveryCode === 1 ? { step: null, recovery: digest } : undefined;
  const secret = account?.sealedTotp ? unsealTotp(call.keys, account.id, account.sealedTotp) : undefined;
  const step = totpStep(secret ?? NOBODYS, given.code ?? '', call.clock.now());
  return secret && step !== undefined && step > (account?.totpStep ?? 0)
    ? { step, recovery: null }
    : undefined;
}

/** A secret whose codes are looked at where there is none. */
const NOBODYS = 'A'.repeat(32);

/**
 * Looks at what somebody proves to be an operator by. Refuses `WRONG_LOGIN`, whatever of it is wrong and after as much
 * work, and `TOO_MANY_TRIES`.
 */
export async function proveOperator(
  call: OperatorCall,
  given: GivenProof & { name: string },
): Promise<Proved> {
  const name = parseOperatorName(given.name) ?? '';
  const recovery = given.recoveryCode ? recoveryDigest(call.keys, given.recoveryCode) : null;
  if (given.recoveryCode) await renewRecoveryDigest(call, name, given.recoveryCode);
  const [account] = await call.db.read(find({ name, recovery, ...knownAddressValues(call) }));
  const tries = triesAt(name, call, account?.isKnown === 1);
  if (!(await mayTryAt(call, tries, account))) refuse('TOO_MANY_TRIES', { retryAfter: LOCK_MS / 1000 });
  const password = plainPassword(given.password.slice(0, MOST));
  const isRight = account?.hash
    ? await isPassword(password, account.hash)
    : await wastePasswordTime(password, call.passwordCost);
  const second = secondProof(call, account, given, recovery);
  if (!account?.hash || !isRight || !second) refuse('WRONG_LOGIN');
  const values = { operator: account.id, hash: account.hash, ...second };
  return { name: account.name, role: account.role, values, tries };
}
