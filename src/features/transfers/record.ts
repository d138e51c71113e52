import { type SQL, sql } from 'drizzle-orm';
import { transfers } from '../../../db/schema/transfers.ts';
import { yuanSql } from '../../core/fen-sql.ts';
import { p } from '../../platform/database/query.ts';

/** SQL of one column of the transfer that the placeholder `transfer` names. */
export const ofTransfer = (column: 'payer_id' | 'payee_id' | 'group_id' | 'amount'): SQL =>
  sql`(SELECT ${sql.raw(column)} FROM ${transfers} WHERE id = ${p('transfer')})`;

/** Content of the events about it: `{transId, msg, amount}`, the amount in yuan as text. */
export const transferCard: SQL = sql`(SELECT json_object('transId', id, 'msg', message,
  'amount', ${yuanSql(sql`amount`)}) FROM ${transfers} WHERE id = ${p('transfer')})`;
