import { sql } from 'drizzle-orm';
import { APPROVAL, approvals } from '../../../db/schema/approvals.ts';
import { assertions } from '../../../db/schema/platform.ts';
import type { ApprovalId, ChangeId } from '../../core/ids.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import { prepareSweep, type Sweep } from '../../platform/database/sweep.ts';
import type { Platform } from '../../realtime/context.ts';
import { isWritten } from '../audit/append.ts';
import type { Eyes } from './eyes.ts';
import { askersRole } from './find.ts';

/** The end of a request: by whom, and by which call. */
type Ending = {
  readonly id: ApprovalId;
  readonly now: number;
  readonly eyes: string;
  readonly eyesName: string;
  readonly endedBy: string;
  readonly mark_change: ChangeId;
};

/** The values of an end. */
export const endingOf = (
  { ids, clock }: Pick<Platform, 'ids' | 'clock'>,
  id: ApprovalId,
  { key, name }: Eyes,
  endedBy: string,
): Ending => ({ id, now: clock.now(), eyes: key, eyesName: name, endedBy, mark_change: ids.mark() });

const end = (
  state: number,
) => sql`UPDATE ${approvals} SET state = ${sql.raw(String(state))}, ended_at = ${p('now')},
    ended_by = ${p('endedBy')}, change_id = ${p('mark_change')}
  WHERE id = ${p('id')} AND state = ${APPROVAL.waits} AND expires_at > ${p('now')}`;
const isOwn = sql`(eyes = ${p('eyes')} OR eyes_name = ${p('eyesName')})`;

/** Approves what somebody else has asked for, who may ask still. @param role the role that they were seen with */
export const approveIt = prepareChange<Ending & { readonly role: string }>(
  sql`${end(APPROVAL.approved)} AND NOT ${isOwn} AND ${askersRole} = ${p('role')}`,
);
/** Rejects what somebody else has asked for. */
export const rejectIt = prepareChange<Ending>(sql`${end(APPROVAL.rejected)} AND NOT ${isOwn}`);
/** Takes back what one has asked for oneself. */
export const withdrawIt = prepareChange<Ending>(sql`${end(APPROVAL.withdrawn)} AND ${isOwn}`);

/** Takes the batch back unless this call has approved the request and the act has happened: both, or neither. */
export const assertBoth = prepareChange<Pick<Ending, 'id' | 'mark_change'> & { readonly audit_act: string }>(
  sql`INSERT INTO ${assertions} (rows_changed) SELECT 0 WHERE NOT (${isWritten}
    AND EXISTS (SELECT 1 FROM ${approvals} WHERE id = ${p('id')} AND change_id = ${p('mark_change')}))`,
);

/** For so long what has ended is shown. The audit keeps it longer. */
const KEPT_MS = 366 * 24 * 3600 * 1000;
const sweep = prepareSweep(approvals, approvals.expiresAt);
/** Forgets requests of more than a year ago, which have long ended. */
export const sweepRequests: Sweep = (now, limit) => sweep({ before: now - KEPT_MS, limit });
