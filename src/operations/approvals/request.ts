import { sql } from 'drizzle-orm';
import { APPROVAL, approvals } from '../../../db/schema/approvals.ts';
import type { ApprovalId, OperatorId, UserId } from '../../core/ids.ts';
import { digest } from '../../core/sealing.ts';
import { orTaken, rowOf } from '../../platform/database/mark.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import type { Actor } from '../actor.ts';
import type { Money } from '../operation.ts';
import type { Eyes } from './eyes.ts';

/** For so long a request waits: a weekend is not too long. */
export const REQUEST_LIFE_MS = 72 * 3600 * 1000;

/** A request for a second operator, as it stands in its row. Amounts are fen, times epoch ms. */
export type Request = {
  readonly id: ApprovalId;
  readonly operation: string;
  readonly input: string;
  readonly reason: string;
  readonly digest: string;
  readonly userId: UserId | null;
  readonly amount: number;
  readonly askedKind: string;
  readonly askedId: OperatorId | 0;
  readonly askedBy: string;
  readonly eyes: string;
  readonly eyesName: string;
  readonly askedAt: number;
  readonly expiresAt: number;
};
type Unsigned = Omit<Request, 'digest'>;

/** The digest of a request under the key of the audit. */
export const digestOf = ({ keys }: Pick<Platform, 'keys'>, request: Unsigned): string => {
  const { id, operation, input, reason, userId, amount, askedKind, askedId, eyes, expiresAt } = request;
  const said = [id, operation, input, reason, userId, amount, askedKind, askedId, eyes, expiresAt];
  return digest(keys.audit, 'approvals.digest', JSON.stringify(said));
};

/** What is asked for. */
export interface Asked {
  readonly operation: string;
  /** Its parameters as they were given, without the reason. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly reason: string;
  readonly money: Money;
  readonly actor: Actor;
  readonly eyes: Eyes;
}

function kindOf(actor: Actor): { readonly askedKind: string; readonly askedId: OperatorId | 0 } {
  if (actor.kind !== 'operator') return { askedKind: 'shell', askedId: 0 };
  return { askedKind: actor.scopes === undefined ? 'operator' : 'token', askedId: actor.id };
}

/** The row of a request that somebody makes now. */
export function newRequest(home: Pick<Platform, 'ids' | 'clock' | 'keys'>, asked: Asked): Request {
  const { actor, eyes, money } = asked;
  const now = home.clock.now();
  const request: Unsigned = {
    id: home.ids.next<ApprovalId>(),
    operation: asked.operation,
    input: JSON.stringify(
      Object.fromEntries(Object.entries(asked.given).sort(([a], [b]) => (a < b ? -1 : 1))),
    ),
    reason: asked.reason,
    userId: money.whom,
    amount: money.fen,
    ...kindOf(actor),
    askedBy: actor.kind === 'shell' ? actor.user : actor.name,
    eyes: eyes.key,
    eyesName: eyes.name,
    askedAt: now,
    expiresAt: now + REQUEST_LIFE_MS,
  };
  return { ...request, digest: digestOf(home, request) };
}

const alike = sql`state = ${APPROVAL.waits} AND expires_at > ${p('askedAt')} AND operation = ${p('operation')}
  AND input = ${p('input')} AND eyes = ${p('eyes')}`;
/** Nothing where the same person waits with the same already. */
export const addRequest = prepareChange<Request>(
  sql`INSERT INTO ${approvals} (id, operation, input, reason, digest, user_id, amount, asked_kind, asked_id, asked_by,
      eyes, eyes_name, asked_at, expires_at)
    SELECT ${p('id')}, ${p('operation')}, ${p('input')}, ${p('reason')}, ${p('digest')}, ${p('userId')}, ${p('amount')},
      ${p('askedKind')}, ${p('askedId')}, ${p('askedBy')}, ${p('eyes')}, ${p('eyesName')}, ${p('askedAt')}, ${p('expiresAt')}
    WHERE ${orTaken(sql`NOT EXISTS (SELECT 1 FROM ${approvals} WHERE ${alike})`, rowOf(approvals, 'id'))}`,
);
const findAlike = prepareRead<Pick<Request, 'askedAt' | 'operation' | 'input' | 'eyes'>, { id: ApprovalId }>(
  sql`SELECT id FROM ${approvals} WHERE ${alike}`,
  ['id'],
);

/** The number under which the same waits already. */
export const waitsAlready = async (
  { db }: Pick<Platform, 'db'>,
  { askedAt, operation, input, eyes }: Request,
): Promise<ApprovalId | undefined> => (await db.read(findAlike({ askedAt, operation, input, eyes })))[0]?.id;
