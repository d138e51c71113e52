import { sql } from 'drizzle-orm';
import { auditSeals } from '../../../db/schema/audit.ts';
import type { Db } from '../../platform/database/db.ts';
import { prepareRead } from '../../platform/database/query.ts';
import { macOf, type Seal } from './rows.ts';

const newestTwo = prepareRead<void, Seal>(
  sql`SELECT from_id, to_id, rows, last_at, digest, mac FROM ${auditSeals} ORDER BY from_id DESC LIMIT 2`,
  ['fromId', 'toId', 'rows', 'lastAt', 'digest', 'mac'],
);

/** Whether the newest seal was made under this key; true where nothing is sealed yet. */
export async function isAuditKey(db: Db, key: Uint8Array): Promise<boolean> {
  const [newest, before] = await db.read(newestTwo());
  return !newest || macOf(key, before?.mac ?? '', newest) === newest.mac;
}
