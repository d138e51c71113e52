import { sql } from 'drizzle-orm';
import { APPROVAL, type ApprovalState, approvals } from '../../../db/schema/approvals.ts';
import { operators, operatorTokens } from '../../../db/schema/operators.ts';
import type { ApprovalId } from '../../core/ids.ts';
import { LIST_SIZE } from '../../core/operator-page.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import type { Request } from './request.ts';

/** A request, and how it stands. */
export type Found = Request & {
  readonly state: ApprovalState;
  readonly endedBy: string;
  readonly endedAt: number | null;
};
const COLUMNS = [
  'id',
  'operation',
  'input',
  'reason',
  'digest',
  'userId',
  'amount',
  'askedKind',
  'askedId',
  'askedBy',
  'eyes',
  'eyesName',
  'askedAt',
  'expiresAt',
  'state',
  'endedBy',
  'endedAt',
] as const;
const columns = sql.raw(
  'id, operation, input, reason, digest, user_id, amount, asked_kind, asked_id, asked_by, eyes, eyes_name, asked_at, expires_at, state, ended_by, ended_at',
);

/** How a request stands, in words. */
export const STATES = ['waits', 'expired', 'approved', 'rejected', 'withdrawn'] as const;
export type StateWord = (typeof STATES)[number];
const WORDS: Readonly<Record<ApprovalState, StateWord>> = {
  [APPROVAL.waits]: 'waits',
  [APPROVAL.approved]: 'approved',
  [APPROVAL.rejected]: 'rejected',
  [APPROVAL.withdrawn]: 'withdrawn',
};

/** How a request stands now. */
export const stateWord = (
  { state, expiresAt }: Pick<Found, 'state' | 'expiresAt'>,
  now: number,
): StateWord => (state === APPROVAL.waits && expiresAt <= now ? 'expired' : WORDS[state]);

/** Waiting requests end at their time: those that wait come before it, those that have expired after it. */
type Range = { readonly state: ApprovalState; readonly from: number; readonly until: number };
function rangeOf(word: StateWord, now: number): Range {
  const all = { from: 0, until: Number.MAX_SAFE_INTEGER };
  switch (word) {
    case 'waits':
      return { ...all, state: APPROVAL.waits, from: now + 1 };
    case 'expired':
      return { ...all, state: APPROVAL.waits, until: now + 1 };
    default:
      return { ...all, state: APPROVAL[word] };
  }
}

const inRange = sql`state = ${p('state')} AND expires_at >= ${p('from')} AND expires_at < ${p('until')}`;
type Behind = Range & { readonly at: number; readonly id: number };
const page = prepareRead<Behind, Found>(
  sql`SELECT ${columns} FROM ${approvals} WHERE ${inRange} AND (expires_at, id) > (${p('at')}, ${p('id')})
    ORDER BY expires_at, id LIMIT ${sql.raw(String(LIST_SIZE))}`,
  COLUMNS,
);
const count = prepareRead<Range, { total: number }>(sql`SELECT count(*) FROM ${approvals} WHERE ${inRange}`, [
  'total',
]);

/** A page of requests that stand so, the oldest first, and how many there are. */
export async function requestsOf(
  { db, clock }: Pick<Platform, 'db' | 'clock'>,
  word: StateWord,
  behind: { readonly at: number; readonly id: number },
) {
  const range = rangeOf(word, clock.now());
  const { rows, total } = await db.read({ rows: page({ ...range, ...behind }), total: count(range) });
  return { rows, total: total[0]?.total ?? 0 };
}

const one = prepareRead<{ id: ApprovalId }, Found>(
  sql`SELECT ${columns} FROM ${approvals} WHERE id = ${p('id')}`,
  COLUMNS,
);
/** One request by its number. */
export const findRequest = async ({ db }: Pick<Platform, 'db'>, id: ApprovalId): Promise<Found | undefined> =>
  (await db.read(one({ id })))[0];

const isOperator = sql`SELECT role FROM ${operators} AS asker
  WHERE asker.id = asked_id AND asked_kind = 'operator' AND asker.removed_at IS NULL`;
const isToken = sql`SELECT role FROM ${operatorTokens} AS calling
  WHERE calling.id = asked_id AND asked_kind = 'token' AND calling.revoked_at IS NULL AND calling.expires_at > ${p('now')}`;
/** SQL of the role that whoever asked has by now, over a row of `approvals`; null where they have none. Value: `now`. */
export const askersRole = sql`CASE WHEN asked_kind = 'shell' THEN 'owner' ELSE COALESCE((${isOperator}), (${isToken})) END`;
const roleNow = prepareRead<{ id: ApprovalId; now: number }, { role: string | null }>(
  sql`SELECT ${askersRole} FROM ${approvals} WHERE id = ${p('id')}`,
  ['role'],
);
/** The role that whoever asked has by now; undefined where they are an operator no longer. */
export const roleOfAsker = async (
  { db, clock }: Pick<Platform, 'db' | 'clock'>,
  id: ApprovalId,
): Promise<string | undefined> => (await db.read(roleNow({ id, now: clock.now() })))[0]?.role ?? undefined;
