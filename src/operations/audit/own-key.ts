import { sql } from 'drizzle-orm';
import { auditSeals } from '../../../db/schema/audit.ts';
import type { Db } from '../../platform/database/db.ts';
import { prepareRead } from '../../platform/database/query.ts';
import { macOf, newestSeal } from './rows.ts';

const newest = sql`(SELECT max(from_id) FROM ${auditSeals})`;
const macBeforeNewest = prepareRead<void, { mac: string }>(
  sql`SELECT mac FROM ${auditSeals} WHERE from_id = (SELECT max(from_id) FROM ${auditSeals} WHERE from_id < ${newest})`,
  ['mac'],
);

/** Whether the newest seal was made under this key; true where nothing is sealed yet. */
export async function isAuditKey(db: Db, key: Uint8Array): Promise<boolean> {
  const {
    seal: [seal],
    before: [before],
  } = await db.read({ seal: newestSeal(), before: macBeforeNewest() });
  return !seal || macOf(key, before?.mac ?? '', seal) === seal.mac;
}
