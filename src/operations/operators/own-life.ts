import { sql } from 'drizzle-orm';
import { wrongTries } from '../../../db/schema/sessions.ts';
import type { OperatorId } from '../../core/ids.ts';
import type { BehindCount } from '../../http/lockout.ts';
import type { Batch } from '../../platform/database/db.ts';
import { p } from '../../platform/database/query.ts';
import { audited, prepareAuditBehind, type Record } from '../audit/append.ts';
import type { Facts } from '../operation.ts';
import type { OperatorCall } from './operator-call.ts';

/** What the audit tells of operators' own accounts, beside operations. */
export const OWN_LIFE = [
  'account.first-login',
  'account.log-in',
  'account.log-out',
  'account.change-password',
  'account.renew-recovery-codes',
  'account.end-sessions',
  'account.locked',
] as const;
type OwnLife = (typeof OWN_LIFE)[number];

/** An operator as the audit names them. */
export interface Named {
  readonly id: OperatorId;
  readonly name: string;
}

const recordOf = (
  { requestId }: Pick<OperatorCall, 'requestId'>,
  operation: OwnLife,
  on: OperatorId,
  after: Facts,
): Omit<Record, 'actor'> => ({ operation, subject: 'operator', on, requestId, reason: '', after });

/**
 * Adds to a batch of an operator's own account what the audit tells of it.
 * @param by the operator
 * @param mark the statement of the batch that changes a row if, and only if, it happens
 * @param on whose account it is, where it is not their own
 */
export function toldOf<Steps extends Batch>(
  call: OperatorCall,
  by: Named,
  operation: OwnLife,
  {
    batch,
    mark,
    after = {},
    on = by.id,
  }: {
    readonly batch: Steps;
    readonly mark: keyof Steps & string;
    readonly after?: Facts;
    readonly on?: OperatorId;
  },
): Steps {
  const actor = { kind: 'operator', id: by.id, name: by.name, address: call.address } as const;
  const told = audited(call, batch, [mark], { ...recordOf(call, operation, on, after), actor });
  return told.batch as Steps; // every step of it, and more
}

type LockValues = { readonly lock_key: string; readonly lock_wider: string; readonly lock_now: number };
const locked = (keys: ReturnType<typeof sql>) =>
  sql`EXISTS (SELECT 1 FROM ${wrongTries} WHERE key IN (${keys}) AND locked_until > ${p('lock_now')})`;
/** A lock within a wider one is no news: so strangers' tries from many addresses do not fill the audit. */
const lockBegins = prepareAuditBehind<LockValues>(
  sql`${locked(sql`${p('lock_key')}`)} AND NOT ${locked(sql`SELECT value FROM json_each(${p('lock_wider')})`)}`,
);

/**
 * Tells, once for each lock, that wrong tries have locked an operator out.
 * @param keys under which the tries at this operator count, the narrowest first
 */
export const toldOfLock =
  (call: OperatorCall, { id, name }: Named, keys: readonly string[]): BehindCount =>
  (key) => {
    if (!keys.includes(key)) return [];
    const values = {
      lock_key: key,
      lock_wider: JSON.stringify(keys.slice(keys.indexOf(key) + 1)),
      lock_now: call.clock.now(),
    };
    const from = key === keys.at(-1) && keys.length > 1 ? 'everywhere' : 'there';
    const after = { operator: name, address: call.address, locked: from };
    const actor = { kind: 'job', name: 'lock' } as const;
    return lockBegins(call, { ...recordOf(call, 'account.locked', id, after), actor }, values);
  };
