import { type SQL, sql } from 'drizzle-orm';
import { p, type Query, type Values } from '../platform/database/query.ts';
import { systemSql, underLimit } from './accounts.ts';
import { writeBills } from './bills.ts';
import { moveMoney } from './journal.ts';

/** A wallet takes no recharge beyond 10,000,000,000.00, so that sums stay far below 2^53. */
const WALLET_MAX = sql.raw('1000000000000');

const me = p('me');
const amount = p('amount');

/** Condition: a wallet can take as much more. */
export const canTake = (account: SQL, fen: SQL): SQL => underLimit(account, fen, WALLET_MAX);
/** Condition of every recharge: the wallet can take it. Values: `me`, `amount`. */
export const walletCanTake = canTake(me, amount);

const move = moveMoney({ from: systemSql('cashIn'), to: me, amount });
const writeBill = writeBills({
  user: me,
  type: 'recharge',
  direction: 'in',
  amount,
  withType: 'person',
  withId: me,
});

/**
 * What a recharge does once its journal (kind `recharge`) is open: for `recharge` below, and for whatever else
 * finds that money has come in. Values: `journal`, `me`, `amount`, `now`.
 */
export const creditWallet = (values: Values): readonly [Query<number>, Query<number>] => [
  move(values),
  writeBill(values),
];
