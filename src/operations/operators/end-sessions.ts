import { sql } from 'drizzle-orm';
import { operatorSessions } from '../../../db/schema/operators.ts';
import type { OperatorId, OperatorSessionId } from '../../core/ids.ts';
import { p, prepareChange, prepareRead, type Query } from '../../platform/database/query.ts';
import type { OperatorCall } from './operator-call.ts';
import { toldOf } from './own-life.ts';
import type { LoggedIn } from './self.ts';

/** Ways in which operators' sessions end by somebody's will. The audit tells of each. */

type One = { readonly session: OperatorSessionId; readonly operator: OperatorId };

const whose = prepareRead<Pick<One, 'session'>, { operator: OperatorId }>(
  sql`SELECT operator_id FROM ${operatorSessions} WHERE id = ${p('session')}`,
  ['operator'],
);
const one = prepareChange<One>(
  sql`DELETE FROM ${operatorSessions} WHERE id = ${p('session')} AND operator_id = ${p('operator')}`,
);
const others = prepareChange<One>(
  sql`DELETE FROM ${operatorSessions} WHERE operator_id = ${p('operator')} AND id <> ${p('session')}`,
);
const all = prepareChange<Pick<One, 'operator'>>(
  sql`DELETE FROM ${operatorSessions} WHERE operator_id = ${p('operator')}`,
);

/** @returns how many have ended */
async function end(
  call: OperatorCall,
  self: LoggedIn,
  on: OperatorId,
  ended: Query<number>,
  sessions: string,
): Promise<number> {
  const what = { batch: { ended }, mark: 'ended', after: { sessions }, on } as const;
  return (await call.db.write(toldOf(call, self, 'account.end-sessions', what))).ended;
}

/** Ends the session in which the operator calls. */
export async function logOut(call: OperatorCall, self: LoggedIn): Promise<void> {
  const batch = { ended: one({ session: self.session, operator: self.id }) };
  await call.db.write(toldOf(call, self, 'account.log-out', { batch, mark: 'ended' }));
}

/** Ends all sessions of the operator but the one in which they call. @returns how many have ended */
export const endOtherSessions = (call: OperatorCall, self: LoggedIn): Promise<number> =>
  end(call, self, self.id, others({ session: self.session, operator: self.id }), 'all others');

/** Ends all sessions of an operator, whom an owner may name. @returns how many have ended */
export const endSessionsOf = (call: OperatorCall, self: LoggedIn, operator: OperatorId): Promise<number> =>
  end(call, self, operator, all({ operator }), 'all');

/** Ends one session: the operator's own, or where they are an owner anybody's. @returns how many have ended */
export async function endSession(
  call: OperatorCall,
  self: LoggedIn,
  session: OperatorSessionId,
): Promise<number> {
  const [found] = self.role === 'owner' ? await call.db.read(whose({ session })) : [];
  const operator = found?.operator ?? self.id;
  return end(call, self, operator, one({ session, operator }), String(session));
}
