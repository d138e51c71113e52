import { sql } from 'drizzle-orm';
import { bills, ledgerAccounts } from '../../../db/schema/ledger.ts';
import type { Db } from '../../platform/database/db.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import type { Finding } from '../reconcile.ts';
import { nextStage, type Progress, type Stepped } from './progress.ts';

/** Bills of one step: some milliseconds. */
const AT_ONCE = 2000;

type Bill = { readonly user: number; readonly journal: number; readonly amount: number };
const billsBehind = prepareRead<{ user: number; journal: number }, Bill>(
  sql`SELECT user_id, journal_id, amount * direction FROM ${bills}
    WHERE (user_id, journal_id) > (${p('user')}, ${p('journal')}) ORDER BY user_id, journal_id
    LIMIT ${sql.raw(String(AT_ONCE))}`,
  ['user', 'journal', 'amount'],
);
/** The balances of these people, each with what their bills from the horizon on come to: both of one moment. */
const balancesOf = prepareRead<
  { users: string; horizon: number },
  { user: number; balance: number; since: number }
>(
  sql`SELECT a.id, a.balance, COALESCE((SELECT SUM(b.amount * b.direction) FROM ${bills} AS b
      WHERE b.user_id = a.id AND b.journal_id >= ${p('horizon')}), 0)
    FROM json_each(${p('users')}) AS one CROSS JOIN ${ledgerAccounts} AS a ON a.id = one.value`,
  ['user', 'balance', 'since'],
);

/** Compares the balances of people all of whose bills were read with what these come to. */
async function compare(db: Db, sums: ReadonlyMap<number, number>, horizon: number): Promise<Finding[]> {
  if (sums.size === 0) return [];
  const rows = await db.read(balancesOf({ users: JSON.stringify([...sums.keys()]), horizon }));
  const known = new Set(rows.map(({ user }) => user));
  const wrong = rows.flatMap(({ user, balance, since }) => {
    const sum = (sums.get(user) ?? 0) + since;
    return sum === balance ? [] : [`account ${user} has ${balance}, its bills say ${sum}`];
  });
  const gone = [...sums.keys()].flatMap((user) => (known.has(user) ? [] : [`user ${user} has no account`]));
  return [...wrong, ...gone].map((detail) => ({ check: 'each balance equals its bills', detail }));
}

/** Looks at the next bills, and at the balance of everybody whose last bill is among them. */
export async function stepBills(db: Db, progress: Progress): Promise<Stepped> {
  const { horizon, afterUser, afterBill } = progress;
  const rows = await db.read(billsBehind({ user: afterUser, journal: afterBill }));
  const isLast = rows.length < AT_ONCE;
  const sums = new Map<number, number>(afterUser > 0 ? [[afterUser, progress.sum]] : []);
  let movementBills = progress.movementBills;
  for (const { user, journal, amount } of rows) {
    const counted = journal < horizon ? amount : 0;
    sums.set(user, (sums.get(user) ?? 0) + counted);
    if (journal < horizon && amount !== 0) movementBills += 1;
  }
  const last = rows.at(-1);
  const open = isLast ? 0 : (last?.user ?? 0);
  const sum = sums.get(open) ?? 0;
  sums.delete(open);
  const findings = await compare(db, sums, horizon);
  const behind: Progress = {
    ...progress,
    afterUser: last?.user ?? afterUser,
    afterBill: last?.journal ?? afterBill,
    sum,
    movementBills,
  };
  if (!isLast) return { next: behind, findings, bills: rows.length };
  if (movementBills !== progress.movements)
    findings.push({
      check: 'each bill has its movement',
      detail: `${movementBills} bills tell of ${progress.movements} movements: "teahouse reconcile" names which`,
    });
  const next = nextStage(behind);
  return { ...(next ? { next } : {}), findings, bills: rows.length };
}
