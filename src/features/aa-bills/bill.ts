import { type SQL, sql } from 'drizzle-orm';
import { AA_BILL, AA_PAYERS, aaBills, aaPayments } from '../../../db/schema/aa-bills.ts';
import { p } from '../../platform/database/query.ts';
import { isMemberOf } from '../../realtime/relations.ts';

/**
 * What holds for a bill and the caller, in SQL where `aa_bills` is named `b`. Placeholders: `me`, `now`.
 */

const me = p('me');

/** Nobody has completed it and its time has not passed. */
export const isOpen: SQL = sql`(b.status = ${AA_BILL.open} AND b.expires_at > ${p('now')})`;

/** Its time has passed before it was complete, and nothing has ended it yet. */
export const isOverdue: SQL = sql`(b.status = ${AA_BILL.open} AND b.expires_at <= ${p('now')})`;

/** SQL of a value of the bill that the placeholder `bill` names. */
export const ofBill = (value: SQL): SQL =>
  sql`(SELECT ${value} FROM ${aaBills} AS b WHERE b.id = ${p('bill')})`;

/** What the wire shows: 0 open, 1 complete, 2 expired, from the moment on at which it is. */
export const statusNow: SQL<number> = sql<number>`CASE WHEN b.status = ${AA_BILL.open} AND b.expires_at <= ${p('now')} THEN ${AA_BILL.expired} ELSE b.status END`;

/** Among those who pay: the person whom it names, or a member of the group, and not the organiser. */
export const isPayer: SQL = sql`(b.organiser_id <> ${me}
  AND CASE b.dest_type WHEN ${AA_PAYERS.person} THEN b.dest_id = ${me} ELSE ${isMemberOf(sql`b.dest_id`, me)} END)`;

export const hasPaid: SQL = sql`EXISTS (SELECT 1 FROM ${aaPayments} WHERE bill_id = b.id AND user_id = ${me})`;

/** Takes part in it: asked for it, pays, has paid, or is in the group that it was sent to. */
export const takesPart: SQL = sql`(b.organiser_id = ${me} OR ${isPayer} OR ${hasPaid})`;
