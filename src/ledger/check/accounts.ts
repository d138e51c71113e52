import { sql } from 'drizzle-orm';
import { bills, journalLines, ledgerAccounts } from '../../../db/schema/ledger.ts';
import { users } from '../../../db/schema/users.ts';
import type { Db } from '../../platform/database/db.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import { ACCOUNT } from '../accounts.ts';
import type { Finding, Look } from '../reconcile.ts';
import { nextStage, type Progress, type Stepped } from './progress.ts';

/** People of one step. */
const AT_ONCE = 2000;

type Account = {
  readonly id: number;
  readonly balance: number | null;
  readonly hasBills: number;
};
/** People, those without an account among them. */
const people = prepareRead<{ after: number }, Account>(
  sql`SELECT u.id, a.balance, a.balance = 0 OR EXISTS (SELECT 1 FROM ${bills} AS b WHERE b.user_id = u.id)
    FROM ${users} AS u LEFT JOIN ${ledgerAccounts} AS a ON a.id = u.id WHERE u.id > ${p('after')}
    ORDER BY u.id LIMIT ${sql.raw(String(AT_ONCE))}`,
  ['id', 'balance', 'hasBills'],
);

function accountFindings({ id, balance, hasBills }: Account): Finding[] {
  if (balance === null) return [{ check: 'each user has an account', detail: `user ${id} has none` }];
  if (balance < 0) return [{ check: 'no account is below 0', detail: `account ${id} has ${balance}` }];
  if (hasBills) return [];
  return [{ check: 'each balance equals its bills', detail: `account ${id} has ${balance}, and no bill` }];
}

/** Looks at the next people's accounts: that there is one, and that what lies there has bills. */
export async function stepAccounts(db: Db, progress: Progress): Promise<Stepped> {
  const rows = await db.read(people({ after: progress.afterUser }));
  const findings = rows.flatMap(accountFindings);
  const behind = { ...progress, afterUser: rows.at(-1)?.id ?? progress.afterUser };
  const next = rows.length < AT_ONCE ? nextStage(behind) : behind;
  return { ...(next ? { next } : {}), findings };
}

type System = { readonly id: number; readonly kind: string; readonly balance: number };
const systems = prepareRead<void, System>(sql`SELECT id, kind, balance FROM ${ledgerAccounts} WHERE id < 0`, [
  'id',
  'kind',
  'balance',
]);
/** Newer than what the steps have added up. */
const recent = prepareRead<{ horizon: number }, { from: number; to: number; amount: number }>(
  sql`SELECT debit_account, credit_account, amount FROM ${journalLines}
    WHERE journal_id >= ${p('horizon')} AND (debit_account < 0 OR credit_account < 0)`,
  ['from', 'to', 'amount'],
);

/** Looks at the accounts of the system: that each holds what its lines say, and each escrow what is open. The last step. */
export async function stepEscrows(db: Db, progress: Progress, escrows: Look): Promise<Stepped> {
  const found = await db.read({ systems: systems(), recent: recent({ horizon: progress.horizon }) });
  const sums: Record<number, number> = { ...progress.system };
  for (const { from, to, amount } of found.recent) {
    sums[from] = (sums[from] ?? 0) - amount;
    sums[to] = (sums[to] ?? 0) + amount;
  }
  const findings = found.systems.flatMap(({ id, kind, balance }): Finding[] => {
    const sum = sums[id] ?? 0;
    const isBelow = balance < 0 && id !== ACCOUNT.cashIn;
    return [
      ...(sum === balance
        ? []
        : [
            {
              check: 'each balance equals its postings',
              detail: `${kind} has ${balance}, its lines say ${sum}`,
            },
          ]),
      ...(isBelow ? [{ check: 'no account is below 0', detail: `${kind} has ${balance}` }] : []),
    ];
  });
  return { findings: [...findings, ...(await escrows(db))] };
}
