import { asc, eq, sql } from 'drizzle-orm';
import { bankCards, payouts } from '../../../db/schema/wallet.ts';
import type { Platform } from '../../context.ts';
import { CARD_NUMBER } from '../../features/bank-cards/bind.ts';
import type { JournalId, PayoutId } from '../../ids.ts';
import { build, prepareChange, prepareRows } from '../../platform/database/query.ts';
import { unseal } from '../../sealing.ts';
import { systemSql } from '../ledger/accounts.ts';
import { writeBills } from '../ledger/bills.ts';
import { JOURNAL_OPEN, moveMoney, openJournal } from '../ledger/journal.ts';
import type { Hold } from '../ledger/reconcile.ts';

const WAITING = 0;
/** How a payout ends. */
const STATE = { settled: 1, returned: 2 } as const;

const p = (name: string) => sql.placeholder(name);
const ofPayout = (column: 'amount' | 'user_id') =>
  sql`(SELECT ${sql.raw(column)} FROM ${payouts} WHERE ${payouts.id} = ${p('payout')})`;
const waits = sql`EXISTS (SELECT 1 FROM ${payouts} WHERE ${payouts.id} = ${p('payout')} AND ${payouts.state} = 0)`;

/** The money of the payouts that wait. */
export const payoutsHold: Hold = {
  account: 'withdrawals',
  openFen: sql<number>`(SELECT COALESCE(SUM(amount), 0) FROM ${payouts} WHERE state = 0)`,
};

const end = prepareChange(
  sql`UPDATE ${payouts} SET state = ${p('state')}, ended_at = ${p('now')}, ended_by = ${p('journal')}
    WHERE ${payouts.id} = ${p('payout')} AND ${payouts.state} = 0 AND ${JOURNAL_OPEN}`,
);
const subject = sql`${p('payout')}`;
const settlement = {
  open: openJournal('payout_settled', waits, subject),
  move: moveMoney({ from: systemSql('withdrawals'), to: systemSql('cashOut'), amount: ofPayout('amount') }),
};
const giveBack = {
  open: openJournal('payout_returned', waits, subject),
  move: moveMoney({ from: systemSql('withdrawals'), to: ofPayout('user_id'), amount: ofPayout('amount') }),
  bill: writeBills({
    user: ofPayout('user_id'),
    type: 'withdrawalReturned',
    direction: 'in',
    amount: ofPayout('amount'),
    withType: 'person',
    withId: ofPayout('user_id'),
  }),
};

type Home = Pick<Platform, 'db' | 'clock' | 'ids'>;
const ending = ({ ids, clock }: Home, payout: PayoutId, how: keyof typeof STATE) => ({
  payout,
  state: STATE[how],
  journal: ids.next<JournalId>(),
  now: clock.now(),
});

/** The bank has the money: it leaves the books. Once. @returns false when no such payout waits */
export async function settlePayout(home: Home, payout: PayoutId): Promise<boolean> {
  const values = ending(home, payout, 'settled');
  const [opened] = await home.db.write(settlement.open(values), settlement.move(values), end(values));
  return opened > 0;
}

/** The bank refused: the money goes back into the wallet, with a bill. Once. @returns false when no such payout waits */
export async function returnPayout(home: Home, payout: PayoutId): Promise<boolean> {
  const values = ending(home, payout, 'returned');
  const [opened] = await home.db.write(
    giveBack.open(values),
    giveBack.move(values),
    giveBack.bill(values),
    end(values),
  );
  return opened > 0;
}

const waiting = prepareRows(
  build
    .select({
      id: payouts.id,
      userId: payouts.userId,
      amount: payouts.amount,
      createdAt: payouts.createdAt,
      bankName: bankCards.bankName,
      sealedNumber: bankCards.sealedNumber,
    })
    .from(payouts)
    .leftJoin(bankCards, eq(bankCards.id, payouts.cardId))
    .where(eq(payouts.state, WAITING))
    .orderBy(asc(payouts.createdAt), asc(payouts.id))
    .limit(100),
);

/** The payouts that wait, oldest first, with whole card numbers, for an operator's eyes; at most 100. */
export async function waitingPayouts({ db, keys }: Pick<Platform, 'db' | 'keys'>) {
  const [rows] = await db.read(waiting());
  return rows.map(({ sealedNumber, bankName, ...payout }) => ({
    ...payout,
    bankName: bankName ?? '',
    cardNumber: sealedNumber ? unseal(keys.data, CARD_NUMBER, sealedNumber) : '',
  }));
}
