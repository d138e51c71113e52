import { sql } from 'drizzle-orm';
import {
  operatorAddresses,
  operatorInvitations,
  operatorRecoveryCodes,
  operatorSessions,
  operators,
} from '../../../db/schema/operators.ts';
import type { ChangeId, OperatorId } from '../../core/ids.ts';
import { orTaken, rowOf } from '../../platform/database/mark.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { Role } from '../actor.ts';
import type { OperatorName } from './name.ts';

/**
 * Batches that make, change and end operators; each does all of it or nothing. The first query of each is `marked`: it
 * answers 0 where its condition did not hold.
 */

/** How long an invitation is good for. */
export const INVITATION_MS = 24 * 3600 * 1000;

/** Names an operator, the call that changes them, and when. */
export type Change = { readonly operator: OperatorId; readonly mark_change: ChangeId; readonly now: number };
/** An invitation, of which nothing is kept but the digest. */
type Invited = { readonly digest: string; readonly expires_at: number };

const id = p('operator');
const now = p('now');

/** An owner who is as good as this one is left: one who has logged in, where this one has. */
const isLastOwner = sql`(${operators.role} = 'owner' AND NOT EXISTS (SELECT 1 FROM ${operators} AS other
  WHERE other.role = 'owner' AND other.removed_at IS NULL AND other.id <> ${operators.id}
    AND (other.password_hash IS NOT NULL OR ${operators.passwordHash} IS NULL)))`;
const isThere = sql`${operators.id} = ${id} AND ${operators.removedAt} IS NULL`;

/** Mark of every change here. */
export const operatorChanged = sql`EXISTS (SELECT 1 FROM ${operators} WHERE id = ${id} AND change_id = ${p('mark_change')})`;

const endAccess = [
  prepareChange<Change>(
    sql`DELETE FROM ${operatorSessions} WHERE operator_id = ${id} AND ${operatorChanged}`,
  ),
  prepareChange<Change>(
    sql`DELETE FROM ${operatorRecoveryCodes} WHERE operator_id = ${id} AND ${operatorChanged}`,
  ),
  prepareChange<Change>(
    sql`DELETE FROM ${operatorInvitations} WHERE operator_id = ${id} AND ${operatorChanged}`,
  ),
] as const;
const endAccessOf = (change: Change) => endAccess.map((prepared) => prepared(change));

const invite = prepareChange<Change & Invited>(
  sql`INSERT INTO ${operatorInvitations} (operator_id, digest, expires_at)
    SELECT ${id}, ${p('digest')}, ${p('expires_at')} WHERE ${operatorChanged}`,
);
const inviteTo = (change: Change, digest: string) =>
  invite({ ...change, digest, expires_at: change.now + INVITATION_MS });

/** The mark of a new operator. */
export const operatorAdded = rowOf(operators, 'operator');
const nameIsFree = sql`NOT EXISTS (SELECT 1 FROM ${operators} WHERE name = ${p('name')} AND removed_at IS NULL)`;
const add = prepareChange<Change & { name: OperatorName; role: Role }>(
  sql`INSERT INTO ${operators} (id, name, role, created_at, change_id)
    SELECT ${id}, ${p('name')}, ${p('role')}, ${now}, ${p('mark_change')} WHERE ${orTaken(nameIsFree, operatorAdded)}`,
);

/** A new operator, who comes in by the invitation. Nothing where the name is taken. */
export const addOperator = (
  change: Change,
  { name, role, digest }: { readonly name: OperatorName; readonly role: Role; readonly digest: string },
) => ({ marked: add({ ...change, name, role }), invited: inviteTo(change, digest) });

const giveRole = prepareChange<Change & { role: Role }>(
  sql`UPDATE ${operators} SET role = ${p('role')}, change_id = ${p('mark_change')}
    WHERE ${isThere} AND role <> ${p('role')} AND NOT ${isLastOwner}`,
);

/** Another role, from their next call on. Nothing where they have it already, or are the last owner. */
export const changeRole = (change: Change, role: Role) => ({ marked: giveRole({ ...change, role }) });

const remove = prepareChange<Change>(
  sql`UPDATE ${operators} SET removed_at = ${now}, password_hash = NULL, sealed_totp = NULL,
    change_id = ${p('mark_change')} WHERE ${isThere} AND NOT ${isLastOwner}`,
);
const forgetAddresses = prepareChange<Change>(
  sql`DELETE FROM ${operatorAddresses} WHERE operator_id = ${id} AND ${operatorChanged}`,
);

/** Ends an operator, at once. Nothing where they are the last owner. */
export const removeOperator = (change: Change) => ({
  marked: remove(change),
  ended: endAccessOf(change),
  forgotten: forgetAddresses(change),
});

const reset = prepareChange<Change>(
  sql`UPDATE ${operators} SET password_hash = NULL, sealed_totp = NULL, change_id = ${p('mark_change')}
    WHERE ${isThere}`,
);

/** A new invitation, beside which nothing old is good any more: no password, code or session, no other invitation. */
export const resetOperator = (change: Change, digest: string) => ({
  marked: reset(change),
  ended: endAccessOf(change),
  invited: inviteTo(change, digest),
});
