import { type SQL, sql } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import { STAGE } from '../../../db/schema/provider-requests.ts';
import type { ChangeId } from '../../core/ids.ts';
import { p, prepareChange, type Values } from '../../platform/database/query.ts';

/** A request as it was read: nobody has claimed it or asked about it since. */
export type Seen = { readonly seen: ChangeId | null; readonly asks: number };
/** One whose last request is this claim's. */
export type Sent = { readonly mark_claim: ChangeId };

/** Where requests of a kind are kept (`requestColumns`), and when they may go out. */
export interface Requests {
  readonly table: SQLiteTable;
  /** Condition: it is the row that is meant. */
  readonly isMeant: SQL;
  /** Condition: it may leave now, and what it is for still waits. */
  readonly maySend: SQL;
}

/**
 * Prepares the steps of requests that a provider must carry out once. Each is claimed before it leaves; its answer is
 * noted, and the questions about it are taken one by one.
 */
export const prepareRequests = <Meant extends Values, Fault extends string>({
  table,
  isMeant,
  maySend,
}: Requests) => {
  const asSeen = sql`${isMeant} AND claimed_by IS ${p('seen')} AND asks = ${p('asks')}`;
  const lastSentBy = sql`${isMeant} AND stage = ${STAGE.sent} AND claimed_by = ${p('mark_claim')}`;
  return {
    /**
     * Claims a request, before it leaves: whoever dies afterwards leaves one that is asked about, and never one that
     * is sent under a second number.
     */
    claim: prepareChange<Meant & Seen & Sent & { stage: number; now: number; next: number | null }>(
      sql`UPDATE ${table} SET stage = ${STAGE.sent}, claimed_by = ${p('mark_claim')}, attempts = attempts + 1,
          first_sent_at = COALESCE(first_sent_at, ${p('now')}), sent_at = ${p('now')}, fault = NULL, asks = 0, next_at = ${p('next')}
        WHERE ${asSeen} AND stage = ${p('stage')} AND stage IN (${STAGE.queued}, ${STAGE.sent}) AND ${maySend}`,
    ),
    /** Takes the next question, so that of two runs one asks. */
    takeQuestion: prepareChange<Meant & Seen & { next: number | null }>(
      sql`UPDATE ${table} SET asks = asks + 1, next_at = ${p('next')}
        WHERE ${asSeen} AND stage IN (${STAGE.sent}, ${STAGE.over}) AND next_at IS NOT NULL`,
    ),
    /**
     * It is the operator's: nothing is under way any more, or nobody knows. A number that the provider has known is
     * so only where `evenIfKnown` is 1: the provider says that it is over, or does not know it any more.
     */
    hold: prepareChange<Meant & Seen & { stage: number; reason: string; evenIfKnown: number }>(
      sql`UPDATE ${table} SET stage = ${STAGE.held}, fault = NULL, reason = ${p('reason')}, next_at = NULL
        WHERE ${asSeen} AND stage = ${p('stage')} AND (stage = ${STAGE.queued} OR stage = ${STAGE.sent} AND (${p('evenIfKnown')} = 1 OR taken_in = 0))`,
    ),
    /** Taken in, and without an end. */
    notePending: prepareChange<Meant & Sent>(
      sql`UPDATE ${table} SET reason = '', fault = NULL, taken_in = 1 WHERE ${lastSentBy}`,
    ),
    /** The provider's last word, which was none. A refusal before it stays noted. */
    noteDoubt: prepareChange<Meant & Sent & { reason: string }>(
      sql`UPDATE ${table} SET reason = ${p('reason')} WHERE ${lastSentBy} AND fault IS NULL`,
    ),
    /** A refusal, which the next questions have to confirm. */
    noteRefusal: prepareChange<Meant & Sent & { reason: string; fault: Fault }>(
      sql`UPDATE ${table} SET reason = ${p('reason')}, fault = ${p('fault')} WHERE ${lastSentBy}`,
    ),
  };
};
