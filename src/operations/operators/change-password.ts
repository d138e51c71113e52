import { sql } from 'drizzle-orm';
import { operatorRecoveryCodes, operatorSessions, operators } from '../../../db/schema/operators.ts';
import type { ChangeId, OperatorSessionId } from '../../core/ids.ts';
import { hashPassword } from '../../features/sessions/password.ts';
import { refuse } from '../../http/failure.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { OperatorName } from './name.ts';
import { plainPassword, weaknessOf } from './new-password.ts';
import type { OperatorCall } from './operator-call.ts';
import { type Named, toldOf } from './own-life.ts';
import {
  type GivenProof,
  isStillProved,
  type ProofValues,
  prepareUseUp,
  proofText,
  proveOperator,
} from './prove.ts';
import { drawRecoveryCodes, recoveryDigest } from './recovery-codes.ts';
import { operatorChanged } from './roster.ts';
import { forgetTriesAt } from './tries.ts';

/** The operator who is logged in, and their session. */
export interface Self extends Named {
  readonly name: OperatorName;
  readonly session: OperatorSessionId;
}

type Changing = ProofValues & { readonly mark_change: ChangeId };

const useUp = prepareUseUp<Changing>(operatorChanged);
const setPassword = prepareChange<Changing & { new_hash: string }>(
  sql`UPDATE ${operators} SET password_hash = ${p('new_hash')}, change_id = ${p('mark_change')}
    WHERE id = ${p('operator')} AND ${isStillProved}`,
);
const endOthers = prepareChange<Changing & { session: OperatorSessionId }>(
  sql`DELETE FROM ${operatorSessions} WHERE operator_id = ${p('operator')} AND id <> ${p('session')}
    AND ${operatorChanged}`,
);

/** Refuses `WEAK_PASSWORD`, with what is wrong. */
export function refuseWeak(text: string, name: OperatorName) {
  const password = plainPassword(text);
  const why = weaknessOf(password, name);
  return why === undefined ? password : refuse('WEAK_PASSWORD', { why });
}

/** Gives an operator another password, and ends their other sessions. Refuses as `proveOperator`, and `WEAK_PASSWORD`. */
export async function changePassword(
  call: OperatorCall,
  self: Self,
  given: GivenProof & { readonly newPassword: string },
): Promise<void> {
  const password = refuseWeak(given.newPassword, self.name);
  const { values, tries } = await proveOperator(call, { ...given, name: self.name });
  const changing = { ...values, mark_change: call.ids.mark() };
  const batch = {
    changed: setPassword({ ...changing, new_hash: await hashPassword(password, call) }),
    used: useUp(changing),
    ended: endOthers({ ...changing, session: self.session }),
    forgotten: forgetTriesAt(tries),
  };
  const after = { proof: proofText(values), sessions: 'the others ended' };
  const told = toldOf(call, self, 'account.change-password', { batch, mark: 'changed', after });
  const { changed } = await call.db.write(told);
  if (changed === 0) refuse('WRONG_LOGIN');
}

const markChange = prepareChange<Changing>(
  sql`UPDATE ${operators} SET change_id = ${p('mark_change')} WHERE id = ${p('operator')} AND ${isStillProved}`,
);
const dropCodes = prepareChange<Changing>(
  sql`DELETE FROM ${operatorRecoveryCodes} WHERE operator_id = ${p('operator')} AND ${operatorChanged}`,
);
const addCodes = prepareChange<Changing & { digests: string }>(
  sql`INSERT INTO ${operatorRecoveryCodes} (operator_id, digest)
    SELECT ${p('operator')}, value FROM json_each(${p('digests')}) WHERE ${operatorChanged}`,
);

/** Gives an operator new recovery codes in place of all old ones. Refuses as `proveOperator`. */
export async function renewRecoveryCodes(
  call: OperatorCall,
  self: Self,
  given: GivenProof,
): Promise<readonly string[]> {
  const { values, tries } = await proveOperator(call, { ...given, name: self.name });
  const codes = drawRecoveryCodes(call.random);
  const digests = JSON.stringify(codes.map((code) => recoveryDigest(call.keys, code)));
  const changing = { ...values, mark_change: call.ids.mark() };
  const batch = {
    changed: markChange(changing),
    used: useUp(changing),
    dropped: dropCodes(changing),
    added: addCodes({ ...changing, digests }),
    forgotten: forgetTriesAt(tries),
  };
  const after = { proof: proofText(values) };
  const told = toldOf(call, self, 'account.renew-recovery-codes', { batch, mark: 'changed', after });
  const { changed } = await call.db.write(told);
  return changed > 0 ? codes : refuse('WRONG_LOGIN');
}
