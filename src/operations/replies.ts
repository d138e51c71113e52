import { and, eq, sql } from 'drizzle-orm';
import { operationReplies } from '../../db/schema/audit.ts';
import type { OperatorId } from '../core/ids.ts';
import { digest } from '../core/sealing.ts';
import { KEY_LIFE_MS } from '../http/idempotency.ts';
import { p, prepareChange, prepareSelect, type Query } from '../platform/database/query.ts';
import { prepareSweep, type Sweep } from '../platform/database/sweep.ts';
import type { Platform } from '../realtime/context.ts';
import { isWritten } from './audit/append.ts';
import { Refused } from './refused.ts';

/** What UNIQUE says when two calls with one key meet. */
export const REPLY_TAKEN =
  'operation_replies.operator_id, operation_replies.operation, operation_replies.key';

/** A call made with an Idempotency-Key. */
export interface KeyedOperation {
  readonly operator: OperatorId;
  readonly operation: string;
  readonly key: string;
  /** Keyed digest of what was asked for. */
  readonly digest: string;
  /** And those that an earlier PAY_PEPPER made of it. */
  readonly oldDigests: readonly string[];
}

/** The call's key and digest. A key is 1 to 128 visible ASCII characters; refuses others. */
export function keyedOperation(
  { keys }: Platform,
  operator: OperatorId,
  operation: string,
  asked: Readonly<Record<string, unknown>>,
  key: string,
): KeyedOperation {
  if (!/^[\x21-\x7e]{1,128}$/.test(key))
    throw new Refused(
      'INVALID_PARAMETER',
      'An Idempotency-Key has 1 to 128 visible characters.',
      'Idempotency-Key',
    );
  const compared = Object.entries(asked).sort(([a], [b]) => (a < b ? -1 : 1));
  const under = (pepper: Uint8Array) => digest(pepper, 'operation_replies.digest', JSON.stringify(compared));
  return { operator, operation, key, digest: under(keys.pepper), oldDigests: keys.oldPeppers.map(under) };
}

type Wanted = {
  readonly kept_operator: OperatorId;
  readonly kept_operation: string;
  readonly kept_key: string;
};
type Kept = Wanted & {
  readonly kept_digest: string;
  readonly kept_text: string;
  readonly kept_at: number;
};

const find = prepareSelect<Wanted>()(
  { digest: operationReplies.digest, reply: operationReplies.reply },
  (select) =>
    select
      .from(operationReplies)
      .where(
        and(
          eq(operationReplies.operatorId, p('kept_operator')),
          eq(operationReplies.operation, p('kept_operation')),
          eq(operationReplies.key, p('kept_key')),
        ),
      ),
);
const kept = sql`${p('kept_operator')}, ${p('kept_operation')}, ${p('kept_key')}, ${p('kept_digest')}, ${p('kept_text')}, ${p('kept_at')}`;
const keepIfWritten = prepareChange<Kept & { readonly audit_act: string }>(
  sql`INSERT INTO ${operationReplies} (operator_id, operation, key, digest, reply, created_at)
    SELECT ${kept} WHERE ${isWritten}`,
);
const keepFirst = prepareChange<Kept>(
  sql`INSERT INTO ${operationReplies} (operator_id, operation, key, digest, reply, created_at)
    VALUES (${kept}) ON CONFLICT DO NOTHING`,
);

const wanted = ({ operator, operation, key }: KeyedOperation): Wanted => ({
  kept_operator: operator,
  kept_operation: operation,
  kept_key: key,
});
const values = (call: KeyedOperation, reply: string, now: number): Kept => ({
  ...wanted(call),
  kept_digest: call.digest,
  kept_text: reply,
  kept_at: now,
});

/** What this key was answered before. The same key with other parameters is refused. */
export async function repliedBefore({ db }: Platform, call: KeyedOperation): Promise<string | undefined> {
  const [row] = await db.read(find(wanted(call)));
  if (row && ![call.digest, ...call.oldDigests].includes(row.digest))
    throw new Refused(
      'KEY_REUSED',
      'That Idempotency-Key was used with other parameters.',
      'Idempotency-Key',
    );
  return row?.reply;
}

/** The row that remembers an answer, for the batch of its act. @param act the act's mark */
export const rememberIn = (
  { clock }: Platform,
  call: KeyedOperation,
  reply: string,
  act: string,
): Query<number> => keepIfWritten({ ...values(call, reply, clock.now()), audit_act: act });

/** Remembers the answer to an operation of many acts, after them. */
export async function remember({ db, clock }: Platform, call: KeyedOperation, reply: string): Promise<void> {
  await db.write(keepFirst(values(call, reply, clock.now())));
}

const sweep = prepareSweep(operationReplies, operationReplies.createdAt);
/** Forgets answers that nobody asks for again. */
export const sweepReplies: Sweep = (now, limit) => sweep({ before: now - KEY_LIFE_MS, limit });
