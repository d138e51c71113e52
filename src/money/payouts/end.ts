import { sql } from 'drizzle-orm';
import { payouts } from '../../../db/schema/wallet.ts';
import type { Platform } from '../../context.ts';
import type { JournalId, PayoutId } from '../../ids.ts';
import { prepareChange } from '../../platform/database/query.ts';
import { EVENT, eventValues, FROM, prepareEvent } from '../../realtime/events.ts';
import { systemSql } from '../ledger/accounts.ts';
import { writeBills } from '../ledger/bills.ts';
import { JOURNAL_OPEN, moveMoney, openJournal } from '../ledger/journal.ts';
import { isIn, ofPayout, STATE, thePayout } from './rows.ts';

const p = (name: string) => sql.placeholder(name);

const end = prepareChange(
  sql`UPDATE ${payouts} SET state = ${p('state')}, ended_at = ${p('now')}, ended_by = ${p('journal')}
    WHERE ${payouts.id} = ${thePayout} AND ${payouts.state} = 0 AND ${JOURNAL_OPEN}`,
);
const settlement = {
  open: openJournal('payout_settled', isIn('waiting'), thePayout),
  move: moveMoney({ from: systemSql('withdrawals'), to: systemSql('cashOut'), amount: ofPayout('amount') }),
};
const giveBack = {
  open: openJournal('payout_returned', isIn('waiting'), thePayout),
  move: moveMoney({ from: systemSql('withdrawals'), to: ofPayout('user_id'), amount: ofPayout('amount') }),
  bill: writeBills({
    user: ofPayout('user_id'),
    type: 'withdrawalReturned',
    direction: 'in',
    amount: ofPayout('amount'),
    withType: 'person',
    withId: ofPayout('user_id'),
  }),
  tell: prepareEvent(
    sql`SELECT ${ofPayout('user_id')} AS user_id WHERE ${JOURNAL_OPEN}`,
    sql`json_object('amt', ${ofPayout('amount')} / 100.0)`,
    { from: ofPayout('user_id') },
  ),
};

type Home = Pick<Platform, 'db' | 'clock' | 'ids' | 'random'>;
const ending = ({ ids, clock }: Home, payout: PayoutId, how: 'settled' | 'returned') => ({
  payout,
  state: STATE[how],
  journal: ids.next<JournalId>(),
  now: clock.now(),
});
/** Event 39, from the user himself, as what comes back comes from nobody else. */
const arrival = (home: Home) =>
  eventValues(home, { type: EVENT.moneyArrived, from: 0, fromType: FROM.system });

/** The bank has the money: it leaves the books. Once. @returns false when no such payout waits */
export async function settlePayout(home: Home, payout: PayoutId): Promise<boolean> {
  const values = ending(home, payout, 'settled');
  const [opened] = await home.db.write(settlement.open(values), settlement.move(values), end(values));
  return opened > 0;
}

/**
 * The bank refused: the money goes back into the wallet, with bill 15 and event 39. Once.
 * @returns false when no such payout waits
 */
export async function returnPayout(home: Home, payout: PayoutId): Promise<boolean> {
  const values = { ...arrival(home), ...ending(home, payout, 'returned') };
  const [opened] = await home.db.write(
    giveBack.open(values),
    giveBack.move(values),
    giveBack.bill(values),
    end(values),
    giveBack.tell(values),
  );
  return opened > 0;
}
