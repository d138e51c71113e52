import { type SQL, sql } from 'drizzle-orm';
import type { Fen } from '../core/fen.ts';
import type { UserId } from '../core/ids.ts';
import { p, type Query } from '../platform/database/query.ts';
import { systemSql, underLimit } from './accounts.ts';
import { writeBills } from './bills.ts';
import { type JournalValues, moveMoney } from './journal.ts';

/** A wallet takes no recharge beyond 10,000,000,000.00, so that sums stay far below 2^53. */
const WALLET_MAX = sql.raw('1000000000000');

const me = p('me');
const amount = p('amount');

/** Condition: a wallet can take as much more. */
export const canTake = (account: SQL, fen: SQL): SQL => underLimit(account, fen, WALLET_MAX);
/** Condition of every recharge: the wallet can take it. Values: `me`, `amount`. */
export const walletCanTake = canTake(me, amount);

/** What puts money into a wallet wants. */
export type CreditValues = JournalValues & { readonly me: UserId; readonly amount: Fen };

const move = moveMoney<CreditValues>({ from: systemSql('cashIn'), to: me, amount });
const writeBill = writeBills<CreditValues>({
  user: me,
  type: 'recharge',
  direction: 'in',
  amount,
  withType: 'person',
  withId: me,
});

/**
 * What a recharge does once its journal (kind `recharge`) is open: for `recharge` below, and for whatever else
 * finds that money has come in.
 */
export const creditWallet = (values: CreditValues): readonly [Query<number>, Query<number>] => [
  move(values),
  writeBill(values),
];
