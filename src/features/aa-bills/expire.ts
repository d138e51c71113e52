import { sql } from 'drizzle-orm';
import { AA_BILL, aaBills } from '../../../db/schema/aa-bills.ts';
import type { AaBillId, UserId } from '../../core/ids.ts';
import type { Allowance } from '../../core/in-slices.ts';
import { endOverdue, nextPage } from '../../ledger/end-overdue.ts';
import { prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { isOverdue } from './bill.ts';
import { anyonePaid, giveSharesBack } from './give-back.ts';

/** Bills that nobody paid, ended in one run; what is left waits for the next. */
const UNPAID_AT_ONCE = 500;

const endUnpaid = prepareChange<{ now: number }>(
  sql`UPDATE ${aaBills} SET status = ${AA_BILL.expired}, updated_at = expires_at WHERE +status = ${AA_BILL.open} AND id IN
    (SELECT b.id FROM ${aaBills} AS b WHERE ${isOverdue} AND NOT ${anyonePaid}
      ORDER BY b.expires_at LIMIT ${sql.raw(String(UNPAID_AT_ONCE))})`,
);
const anyUnpaid = prepareRead<{ now: number }, { id: AaBillId }>(
  sql`SELECT b.id FROM ${aaBills} AS b WHERE ${isOverdue} AND NOT ${anyonePaid} LIMIT 1`,
  ['id'],
);
type PaidBill = { readonly id: AaBillId; readonly organiserId: UserId; readonly expiresAt: number };
const findPaid = prepareRead<{ now: number; afterTime: number; afterId: number }, PaidBill>(
  sql`SELECT b.id, b.organiser_id, b.expires_at FROM ${aaBills} AS b
    WHERE ${isOverdue} AND ${nextPage(anyonePaid)}`,
  ['id', 'organiserId', 'expiresAt'],
);

/**
 * Ends bills that were not complete in time. Where nobody has paid that is all; the shares of others go back to who
 * paid them. A bill that cannot be given back stays as it is and stops none of the others. The error that is thrown
 * at the end names it. @returns how many have ended
 */
export async function expireBills(platform: Platform, allowance?: Allowance): Promise<number> {
  const now = platform.clock.now();
  const isDue = (await platform.db.read(anyUnpaid({ now }))).length > 0;
  const unpaid = isDue ? await platform.db.write(endUnpaid({ now })) : 0;
  const ended = await endOverdue(
    platform,
    'AA bills',
    async (after) => await platform.db.read(findPaid({ now, ...after })),
    (bill) => giveSharesBack(platform, bill),
    allowance,
  );
  return unpaid + ended;
}
