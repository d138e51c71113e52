import { sql } from 'drizzle-orm';
import { operatorRecoveryCodes } from '../../../db/schema/operators.ts';
import { chinaIsoText } from '../../core/china-time.ts';
import type { OperatorId, OperatorSessionId } from '../../core/ids.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import type { OperatorName } from './name.ts';
import type { OperatorCall } from './operator-call.ts';
import { sessionEnd } from './session-life.ts';

/** An operator who is logged in. */
export interface LoggedIn {
  readonly id: OperatorId;
  readonly name: OperatorName;
  readonly role: string;
  readonly session: OperatorSessionId;
  /** Epoch ms. */
  readonly since: number;
}

const countCodes = prepareRead<{ operator: OperatorId }, { left: number }>(
  sql`SELECT count(*) FROM ${operatorRecoveryCodes} WHERE operator_id = ${p('operator')}`,
  ['left'],
);

/** What the server tells an operator of themselves. */
export async function selfView({ db, clock }: OperatorCall, self: LoggedIn) {
  const [codes] = await db.read(countCodes({ operator: self.id }));
  return {
    operator: { id: self.id, name: self.name, role: self.role },
    session: {
      id: self.session,
      since: chinaIsoText(self.since),
      until: chinaIsoText(sessionEnd(clock.now(), self.since)),
    },
    recoveryCodesLeft: codes?.left ?? 0,
  };
}
