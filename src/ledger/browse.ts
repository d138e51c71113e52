import { sql } from 'drizzle-orm';
import { bills, journalLines, journals, ledgerAccounts } from '../../db/schema/ledger.ts';
import type { AccountId, JournalId, UserId } from '../core/ids.ts';
import { LIST_SIZE, MOST_COUNTED } from '../core/operator-page.ts';
import type { Db } from '../platform/database/db.ts';
import { p, prepareRead } from '../platform/database/query.ts';
import { type Found, lookThrough, type Place, prepareSearch } from '../platform/database/search.ts';

/** An account of the system, and its fen. */
export type SystemAccount = { readonly id: AccountId; readonly kind: string; readonly balance: number };
/** The accounts that belong to nobody, with what they hold. */
export const systemAccounts = prepareRead<void, SystemAccount>(
  sql`SELECT id, kind, balance FROM ${ledgerAccounts} WHERE id < 0 ORDER BY id DESC`,
  ['id', 'kind', 'balance'],
);

/** A journal in a list. `amount` is the person's, above 0 where it came in; of nobody's list, what all lines move. */
export type ListedJournal = {
  readonly id: JournalId;
  readonly kind: string;
  readonly subject: number | null;
  readonly at: number;
  readonly amount: number;
};
const LISTED = ['id', 'kind', 'subject', 'at', 'amount'] as const;

/** Which journals are wanted: numbered so, and of this kind where it is not null. */
export type JournalFilter = { readonly fromId: number; readonly toId: number; readonly kind: string | null };
type Behind = { readonly before: number };
type OfAccount = JournalFilter & { readonly account: AccountId | null };

const isKind = sql`(${p('kind')} IS NULL OR j.kind = ${p('kind')})`;
const mostCounted = sql.raw(String(MOST_COUNTED));
const newest = sql.raw(`DESC LIMIT ${LIST_SIZE}`);

const ofUser = prepareSearch<{ user: UserId; kind: string | null }, ListedJournal>(
  {
    through: sql`${bills} AS b`,
    from: sql`${bills} AS b CROSS JOIN ${journals} AS j ON j.id = b.journal_id`,
    id: sql`b.journal_id`,
    whose: sql`b.user_id = ${p('user')}`,
    isWanted: isKind,
  },
  sql`j.id, j.kind, j.subject_id, j.created_at, b.amount * b.direction`,
  LISTED,
);

const isOfAccount = sql`(${p('account')} IS NULL OR EXISTS (SELECT 1 FROM ${journalLines} AS l WHERE l.journal_id = j.id
  AND (l.debit_account = ${p('account')} OR l.credit_account = ${p('account')})))`;
const ofAll = sql`FROM ${journals} AS j WHERE j.id >= ${p('fromId')} AND j.id < ${p('toId')} AND ${isKind} AND ${isOfAccount}`;
const moved = sql`COALESCE((SELECT SUM(l.amount) FROM ${journalLines} AS l WHERE l.journal_id = j.id), 0)`;
const page = prepareRead<OfAccount & Behind, ListedJournal>(
  sql`SELECT j.id, j.kind, j.subject_id, j.created_at, ${moved} ${ofAll} AND j.id < ${p('before')} ORDER BY j.id ${newest}`,
  LISTED,
);
const count = prepareRead<OfAccount, { total: number }>(
  sql`SELECT count(*) FROM (SELECT 1 ${ofAll} LIMIT ${mostCounted})`,
  ['total'],
);

/** A page of one person's journals, newest first, and how many there are. @param kind null for any */
export const journalsOfUser = (
  db: Db,
  kind: string | null,
  user: UserId,
  place: Place,
): Promise<Found<ListedJournal>> => lookThrough(db, [ofUser({ user, kind }, place, kind === null)]);

/** The same of everybody, or of an account of the system. */
export async function journalsOfAll(
  db: Db,
  filter: JournalFilter,
  account: AccountId | null,
  before: number,
) {
  const of = { ...filter, account };
  const { rows, total } = await db.read({ rows: page({ ...of, before }), total: count(of) });
  return { rows, total: total[0]?.total ?? 0 };
}

type One = { readonly journal: JournalId };
const journal = prepareRead<One, Omit<ListedJournal, 'amount'>>(
  sql`SELECT id, kind, subject_id, created_at FROM ${journals} WHERE id = ${p('journal')}`,
  ['id', 'kind', 'subject', 'at'],
);
/** Where a line's money goes: each end by its number and its kind. */
export type JournalLine = {
  readonly from: AccountId;
  readonly fromKind: string;
  readonly to: AccountId;
  readonly toKind: string;
  readonly amount: number;
};
const lines = prepareRead<One, JournalLine>(
  sql`SELECT l.debit_account, d.kind, l.credit_account, c.kind, l.amount FROM ${journalLines} AS l
    JOIN ${ledgerAccounts} AS d ON d.id = l.debit_account JOIN ${ledgerAccounts} AS c ON c.id = l.credit_account
    WHERE l.journal_id = ${p('journal')}`,
  ['from', 'fromKind', 'to', 'toKind', 'amount'],
);
/** A bill of a journal. */
export type JournalBill = {
  readonly user: UserId;
  readonly type: number;
  readonly amount: number;
  readonly content: string;
};
/** Everybody who has a bill of it stands in its lines, or has paid outside of the wallet. */
const billsOfIt = prepareRead<One, JournalBill>(
  sql`SELECT b.user_id, COALESCE(b.later_type, b.money_type), b.amount * b.direction, b.content FROM ${bills} AS b
    WHERE b.journal_id = ${p('journal')} AND b.user_id IN (
      SELECT l.debit_account FROM ${journalLines} AS l WHERE l.journal_id = ${p('journal')} UNION ALL
      SELECT l.credit_account FROM ${journalLines} AS l WHERE l.journal_id = ${p('journal')})`,
  ['user', 'type', 'amount', 'content'],
);

/** A journal with its lines and its bills; undefined where there is none. */
export async function journalWhole(db: Db, id: JournalId) {
  const found = await db.read({
    journal: journal({ journal: id }),
    lines: lines({ journal: id }),
    bills: billsOfIt({ journal: id }),
  });
  const [row] = found.journal;
  return row && { ...row, lines: found.lines, bills: found.bills };
}
