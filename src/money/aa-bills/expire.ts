import { sql } from 'drizzle-orm';
import { aaBills } from '../../../db/schema/aa-bills.ts';
import type { Platform } from '../../context.ts';
import type { AaBillId, UserId } from '../../ids.ts';
import { ConstraintViolation } from '../../platform/database/db.ts';
import { prepareChange, prepareSql } from '../../platform/database/query.ts';
import { isOverdue } from './bill.ts';
import { anyonePaid, giveSharesBack } from './give-back.ts';

/** Bills of either kind ended in one run; what is left waits for the next. */
const UNPAID_AT_ONCE = 500;
const PAID_AT_ONCE = 200;
/** Bills named in an error. */
const SHOWN = 20;

const p = (name: string) => sql`${sql.placeholder(name)}`;
const endUnpaid = prepareChange(
  sql`UPDATE ${aaBills} SET status = 2, updated_at = expires_at WHERE status = 0 AND id IN
    (SELECT b.id FROM ${aaBills} AS b WHERE ${isOverdue} AND NOT ${anyonePaid}
      ORDER BY b.expires_at LIMIT ${sql.raw(String(UNPAID_AT_ONCE))})`,
);
type PaidBill = { readonly id: AaBillId; readonly organiserId: UserId; readonly expiresAt: number };
const findPaid = prepareSql<PaidBill>(
  sql`SELECT b.id, b.organiser_id, b.expires_at FROM ${aaBills} AS b
    WHERE ${isOverdue} AND (b.expires_at, b.id) > (${p('afterTime')}, ${p('afterId')}) AND ${anyonePaid}
    ORDER BY b.expires_at, b.id LIMIT ${sql.raw(String(PAID_AT_ONCE))}`,
  ['id', 'organiserId', 'expiresAt'],
);

/** Gives back the shares of overdue bills, the oldest first; one whose batch fails is passed over and told of at the end. */
async function endPaid(platform: Platform, now: number): Promise<number> {
  const failures: string[] = [];
  let ended = 0;
  let page: readonly PaidBill[];
  let [afterTime, afterId] = [0, 0];
  do {
    [page] = await platform.db.read(findPaid({ now, afterTime, afterId }));
    for (const each of page) {
      [afterTime, afterId] = [each.expiresAt, each.id];
      try {
        ended += await giveSharesBack(platform, each);
      } catch (error) {
        if (!(error instanceof ConstraintViolation)) throw error;
        failures.push(`${each.id} (${error.constraint})`);
      }
    }
  } while (page.length === PAID_AT_ONCE && ended < PAID_AT_ONCE);
  if (failures.length > 0)
    throw new Error(`${failures.length} AA bills not given back: ${failures.slice(0, SHOWN).join(', ')}`);
  return ended;
}

/**
 * Ends bills that were not complete in time. Where nobody has paid that is all; the shares of others go back to
 * who paid them. A bill that cannot be given back stays as it is, stops none of the others, and is told of in the
 * error that is thrown at the end. @returns how many have ended
 */
export async function expireBills(platform: Platform): Promise<number> {
  const now = platform.clock.now();
  const [unpaid] = await platform.db.write(endUnpaid({ now }));
  return unpaid + (await endPaid(platform, now));
}
