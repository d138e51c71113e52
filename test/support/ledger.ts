import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import type { AccountId, JournalId } from '../../src/core/ids.ts';
import { reconcile } from '../../src/holds.ts';
import { balanceOf, canPay, systemSql } from '../../src/ledger/accounts.ts';
import { writeBills } from '../../src/ledger/bills.ts';
import { moveMoney, openJournal } from '../../src/ledger/journal.ts';
import type { Db } from '../../src/platform/database/db.ts';
import type { Executor } from '../../src/platform/database/executor.ts';
import { p } from '../../src/platform/database/query.ts';
import { change, rows } from './bank.ts';

const me = p('me');
const dest = p('dest');
const amount = p('amount');

type Payment = { me: number; dest: number; amount: number };
type Recharge = { me: number; amount: number };
const openPayment = openJournal<Payment>('receipt_payment', canPay(me, amount));
const movePayment = moveMoney<Payment>({ from: me, to: dest, amount });
const billPayment = writeBills<Payment>(
  { user: me, type: 'transferSent', direction: 'out', amount, withType: 'person', withId: dest },
  { user: dest, type: 'transferReceived', direction: 'in', amount, withType: 'person', withId: me },
);
const openRecharge = openJournal<Recharge>('recharge', sql`${p('amount')} > 0`);
const moveRecharge = moveMoney<Recharge>({ from: systemSql('cashIn'), to: me, amount });
const billRecharge = writeBills<Recharge>({
  user: me,
  type: 'recharge',
  direction: 'in',
  amount,
  withType: 'person',
  withId: me,
});

let lastJournal = 0;
/** A number for a journal; tests of the ledger alone need no more than that it is new. */
export const nextJournal = (): JournalId => {
  lastJournal += 1;
  return lastJournal as JournalId; // nothing else names journals there
};

/** The smallest payment that a feature could write: a batch of three statements. */
export const payment = (from: number, to: number, fen: number, journal = nextJournal()) => {
  const values = { journal_id: journal, journal_at: 0, me: from, dest: to, amount: fen };
  return { opened: openPayment(values), moved: movePayment(values), billed: billPayment(values) };
};

export const deposit = (user: number, fen: number, journal = nextJournal()) => {
  const values = { journal_id: journal, journal_at: 0, me: user, amount: fen };
  return { opened: openRecharge(values), moved: moveRecharge(values), billed: billRecharge(values) };
};

/** Makes users who can do nothing but own money; answers their ids. */
export async function makeUsers(executor: Executor, count: number): Promise<number[]> {
  const made = await executor.write(
    Array.from({ length: count }, (_, i) =>
      rows(
        `INSERT INTO users (mobile, password_hash, name, created_at, updated_at) VALUES (?, '', '', 0, 0) RETURNING id`,
        `+86130${String(i).padStart(8, '0')}`,
      ),
    ),
  );
  return made.map((result) => Number(result.rows[0]?.[0]));
}

export async function balance(db: Db, account: number): Promise<number | undefined> {
  const [row] = await db.read(balanceOf({ account: account as AccountId }));
  return row?.balance;
}

/** Every invariant of the money holds. */
export const expectBooksToBalance = async (db: Db): Promise<void> => expect(await reconcile(db)).toEqual([]);

/** Takes away what makes the ledger safe, for tests of what finds the damage. */
export async function dropTriggers(executor: Executor): Promise<void> {
  const [triggers] = await executor.read([rows("SELECT name FROM sqlite_schema WHERE type = 'trigger'")]);
  await executor.write((triggers?.rows ?? []).map(([name]) => change(`DROP TRIGGER "${name}"`)));
}
