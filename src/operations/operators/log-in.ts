import { refuse } from '../../http/failure.ts';
import { renamedIfTaken } from '../../platform/database/mark.ts';
import type { OperatorCall } from './operator-call.ts';
import { toldOf } from './own-life.ts';
import {
  type GivenProof,
  isStillProved,
  type ProofValues,
  prepareUseUp,
  proofText,
  proveOperator,
} from './prove.ts';
import type { LoggedIn } from './self.ts';
import { afterBegin, type NewSession, newSession, prepareBegin, sessionBegun } from './sessions.ts';
import { forgetTriesAt } from './tries.ts';

const begin = prepareBegin<ProofValues>(isStillProved);
const useUp = prepareUseUp<NewSession>(sessionBegun);

/** A login, and the secret of its session for the cookie. */
export interface Begun {
  readonly secret: string;
  readonly self: LoggedIn;
}

/**
 * Lets an operator in. Refuses `WRONG_LOGIN` and `TOO_MANY_TRIES`.
 */
export async function logIn(
  call: OperatorCall,
  given: GivenProof & { readonly name: string },
): Promise<Begun> {
  const { name, role, values: proof, tries } = await proveOperator(call, given);
  return renamedIfTaken(async () => {
    const { values, secret } = newSession(call, proof.operator);
    const all = { ...values, ...proof };
    const batch = {
      begun: begin(all),
      used: useUp(all),
      after: afterBegin(values),
      forgotten: forgetTriesAt(tries),
    };
    const by = { id: proof.operator, name };
    const after = { proof: proofText(proof) };
    const { begun } = await call.db.write(
      toldOf(call, by, 'account.log-in', { batch, mark: 'begun', after }),
    );
    if (begun === 0) refuse('WRONG_LOGIN');
    return { secret, self: { id: proof.operator, name, role, session: values.session, since: values.now } };
  });
}
