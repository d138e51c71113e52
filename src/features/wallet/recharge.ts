import { sql } from 'drizzle-orm';
import { ORDER, paymentOrders } from '../../../db/schema/payment-orders.ts';
import type { Fen } from '../../core/fen.ts';
import type { UserId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import { replyRow } from '../../http/idempotency.ts';
import { JOURNAL_OPEN, type JournalValues, journalValues, openJournal } from '../../ledger/journal.ts';
import { type CreditValues, creditWallet, walletCanTake } from '../../ledger/recharges.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { ownBill } from './view.ts';

/** What the statements of a recharge want. */
type Wanted = CreditValues & { readonly outTradeNo: string };

const me = p('me');
const amount = p('amount');

const openFree = openJournal<{ me: UserId; amount: Fen }>('recharge', walletCanTake);
/** The caller's order, paid with exactly this amount and not yet credited. */
const claimable = sql`out_trade_no = ${p('outTradeNo')} AND user_id = ${me} AND state = ${ORDER.paid} AND credited_by IS NULL
  AND amount = ${amount}`;
const openPaid = openJournal<{ outTradeNo: string; me: UserId; amount: Fen }>(
  'recharge',
  sql`${walletCanTake} AND EXISTS (SELECT 1 FROM ${paymentOrders} WHERE ${claimable})`,
  sql`(SELECT id FROM ${paymentOrders} WHERE ${claimable})`,
);
const claim = prepareChange<Wanted>(
  sql`UPDATE ${paymentOrders} SET credited_by = ${p('journal_id')} WHERE ${claimable} AND ${JOURNAL_OPEN}`,
);
const remember = replyRow<JournalValues>(JOURNAL_OPEN);

/**
 * Recharges the caller's wallet. A sandbox credits at once, because its money is play money; in production
 * money comes from an order alone: one that is paid and not yet credited (docs/decisions.md#the-ledger). @returns the
 * bill Refuses `RECHARGE_FAILED`.
 */
export async function recharge(context: CallerContext, fen: Fen, outTradeNo: string | undefined) {
  const isFree = context.config.MODE === 'sandbox';
  const values = {
    ...journalValues(context.ids, context.clock.now()),
    me: context.caller.userId,
    amount: fen,
    outTradeNo: outTradeNo ?? '',
  };
  const reply = [ownBill('recharge', values)];
  const { opened } = await context.db.write({
    opened: isFree ? openFree(values) : openPaid(values),
    credited: creditWallet(values),
    claimed: isFree ? [] : [claim(values)],
    reply: context.remember(reply, remember, values),
  });
  if (opened === 0) refuse('RECHARGE_FAILED');
  return reply;
}
