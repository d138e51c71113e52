import { type SQL, sql } from 'drizzle-orm';
import { ledgerAccounts } from '../../db/schema/ledger.ts';
import type { AccountId, Id } from '../core/ids.ts';
import { p, prepareSelect } from '../platform/database/query.ts';

/** The migrations `ledger_triggers`, `aa_escrow`, `corrections`, `refunds_escrow` and `deletions` make these. */
const systemAccount = (id: number) => id as Id<'system-account'>;

/**
 * Accounts that belong to nobody. Money enters by `cashIn`, the only one that may go below 0: minus its
 * balance is all that ever came in. The escrows hold what is under way and must equal the open records of
 * their feature (`Hold`, in reconcile.ts).
 */
export const ACCOUNT = {
  cashIn: systemAccount(-1),
  cashOut: systemAccount(-2),
  redPackets: systemAccount(-3),
  transfers: systemAccount(-4),
  /** Withdrawals that wait for the bank. */
  withdrawals: systemAccount(-5),
  /** What the operator earned: group levels, vip numbers. */
  fees: systemAccount(-6),
  /** Shares of AA bills that are not complete. */
  aaBills: systemAccount(-7),
  /** What operators took from wallets by corrections, and have not given to others yet. */
  adjustments: systemAccount(-8),
  /** What operators seized. */
  seized: systemAccount(-9),
  /** Taken out of wallets, and on its way back to the payers at Alipay and WeChat Pay. */
  refunds: systemAccount(-10),
  /** What people gave up who deleted their accounts, for as long as it may be claimed. */
  unclaimed: systemAccount(-11),
} as const satisfies Record<string, AccountId>;

/** SQL of a system account, for `moveMoney`. A user's account is the SQL of the user's id. */
export const systemSql = (name: keyof typeof ACCOUNT): SQL => sql.raw(String(ACCOUNT[name]));

/**
 * Condition: the account holds at least this much. It belongs into the batch's first statement; the CHECK
 * `ledger_accounts_covered` is only the backstop. The alias `purse` is used nowhere else.
 */
export const canPay = (account: SQL, amount: SQL): SQL =>
  sql`EXISTS (SELECT 1 FROM ${ledgerAccounts} AS purse WHERE purse.id = ${account} AND purse.balance >= ${amount})`;

/** Condition: with so much more the account does not hold more than the limit. */
export const underLimit = (account: SQL, amount: SQL, limit: SQL): SQL =>
  sql`EXISTS (SELECT 1 FROM ${ledgerAccounts} AS purse WHERE purse.id = ${account} AND purse.balance + ${amount} <= ${limit})`;

/** One account's balance in fen, for a reply or to tell why a batch refused; never to decide a write. */
export const balanceOf = prepareSelect<{ account: AccountId }>()(
  { balance: ledgerAccounts.balance },
  (select) => select.from(ledgerAccounts).where(sql`${ledgerAccounts.id} = ${p('account')}`),
);
