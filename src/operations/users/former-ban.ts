import { sql } from 'drizzle-orm';
import { audit, auditDetails } from '../../../db/schema/audit.ts';
import type { UserId } from '../../core/ids.ts';
import { p, prepareRead } from '../../platform/database/query.ts';

/** The last ban of somebody in the audit, with its operator, time and reason: for bans that left no step behind. */
export const formerBan = prepareRead<
  { readonly user: UserId },
  { at: number; by: string; why: string | null }
>(
  sql`SELECT a.at, a.actor, d.reason FROM ${audit} AS a LEFT JOIN ${auditDetails} AS d ON d.audit_id = a.id
    WHERE a.subject = 'user' AND a.subject_id = CAST(${p('user')} AS TEXT) AND a.operation IN ('users.ban', 'users.disable')
    ORDER BY a.id DESC LIMIT 1`,
  ['at', 'by', 'why'],
);
