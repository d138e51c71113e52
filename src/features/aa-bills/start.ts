import { sql } from 'drizzle-orm';
import { AA_BILL, AA_PAYERS, type AaPayers, aaBills } from '../../../db/schema/aa-bills.ts';
import { type Fen, yuan } from '../../core/fen.ts';
import type { AaBillId, UserId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import { replyRow } from '../../http/idempotency.ts';
import { orTaken, rowOf } from '../../platform/database/mark.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { areFriends, blockedEitherWay, isMemberOf } from '../../realtime/relations.ts';

/** What the statements here want. */
type Wanted = {
  readonly bill: AaBillId;
  readonly me: UserId;
  readonly destType: number;
  readonly dest: number;
  readonly message: string;
  readonly total: Fen;
  readonly counts: number;
  readonly share: number;
  readonly slots: number;
  readonly now: number;
  readonly expiresAt: number;
};

const MAX_COUNTS = 50;

const [me, dest] = [p('me'), p('dest')];

const mayAsk = sql`CASE ${p('destType')} WHEN ${AA_PAYERS.person} THEN ${areFriends(me, dest)} AND NOT ${blockedEitherWay(me, dest)}
  ELSE ${isMemberOf(dest, me)} END`;
const isStarted = rowOf(aaBills, 'bill');
const insert = prepareChange<Wanted>(
  sql`INSERT INTO ${aaBills} (id, organiser_id, dest_type, dest_id, message, total, counts, share, slots, status, created_at, updated_at, expires_at)
    SELECT ${p('bill')}, ${me}, ${p('destType')}, ${dest}, ${p('message')}, ${p('total')}, ${p('counts')}, ${p('share')},
      ${p('slots')}, ${AA_BILL.open}, ${p('now')}, ${p('now')}, ${p('expiresAt')} WHERE ${orTaken(mayAsk, isStarted)}`,
);
const remember = replyRow<{ bill: AaBillId }>(isStarted);

export interface NewBill {
  /** 0: a friend pays, 1: members of a group. */
  readonly destType: AaPayers;
  readonly dest: number;
  readonly message: string;
  readonly total: Fen;
  /** People who share it, the organiser among them; 1: one other pays it all. */
  readonly counts: number;
}

/**
 * Asks others for their shares of a bill (listing 206). Moves no money and tells nobody: the app sends the
 * reply to them as a message of type 40.
 * Refuses `TOO_MANY`, `SHARE_TOO_SMALL`, `SHARES_EXCEED_TOTAL` where rounding up asks the payers for more than the
 * bill, `NOT_STARTED` (no friend, no member, more people than a friend and oneself).
 */
export async function startBill(context: CallerContext, bill: NewBill) {
  const { destType, dest: to, total, counts } = bill;
  if (counts > MAX_COUNTS) refuse('TOO_MANY');
  if (total < counts) refuse('SHARE_TOO_SMALL');
  if (destType === AA_PAYERS.person && counts > 2) refuse('NOT_STARTED');
  const message = bill.message || '有福同享，有难同当';
  const share = Math.ceil(total / counts);
  const slots = Math.max(1, counts - 1);
  if (share * slots > total) refuse('SHARES_EXCEED_TOTAL');
  const now = context.clock.now();
  const id = context.ids.next<AaBillId>();
  const values = {
    me: context.caller.userId,
    bill: id,
    destType,
    dest: to,
    message,
    total,
    counts,
    share,
    slots,
    now,
    expiresAt: now + context.config.AA_EXPIRES_SECONDS * 1000,
  };
  const reply = { totalAmt: yuan(total), msg: message, counts, amt: yuan(share), transId: id };
  const { started } = await context.db.write({
    started: insert(values),
    reply: context.remember(reply, remember, values),
  });
  return started > 0 ? reply : refuse('NOT_STARTED');
}
