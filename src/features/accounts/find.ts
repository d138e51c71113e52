import { sql } from 'drizzle-orm';
import { USER, users } from '../../../db/schema/users.ts';
import type { UserId } from '../../core/ids.ts';
import { parseMobile } from '../../core/text/mobile.ts';
import type { Db } from '../../platform/database/db.ts';
import { p, prepareRead } from '../../platform/database/query.ts';

const byAnyNumber = prepareRead<
  { id: number; mobile: string; text: string },
  {
    id: number;
    mobile: string;
    imNumber: string;
    name: string;
    status: number;
  }
>(
  sql`SELECT id, mobile, COALESCE(vip_number, '') AS im, nick_name, status FROM ${users}
    WHERE id IN (SELECT ${p('id')} UNION SELECT id FROM ${users} WHERE mobile = ${p('mobile')}
      UNION SELECT id FROM ${users} WHERE vip_number = ${p('text')}) ORDER BY id`,
  ['id', 'mobile', 'imNumber', 'name', 'status'],
);

export interface FoundAccount {
  readonly id: UserId;
  readonly mobile: string;
  /** Empty where none was bought. */
  readonly imNumber: string;
  readonly name: string;
  readonly isDisabled: boolean;
}

/** The accounts that a number may mean: a user's own, a mobile as people write it, or an IM number. */
export async function findAccounts(db: Db, text: string): Promise<FoundAccount[]> {
  const id = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : 0;
  const rows = await db.read(byAnyNumber({ id, text, mobile: parseMobile(text)?.mobile ?? '' }));
  return rows.map(({ status, ...row }) => ({
    ...row,
    id: row.id as UserId, // the column's
    isDisabled: status === USER.disabled,
  }));
}
