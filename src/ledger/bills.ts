import { and, desc, eq, getTableColumns, lte, type SQL, sql } from 'drizzle-orm';
import { BILL_WITH, bills, DIRECTION, MONEY_TYPE, type MoneyType } from '../../db/schema/ledger.ts';
import type { UserId } from '../core/ids.ts';
import {
  type NoMore,
  type Prepared,
  p,
  prepareChange,
  prepareSelect,
  type RowOf,
  type Values,
} from '../platform/database/query.ts';
import { type JournalValues, type Line, underJournal } from './journal.ts';

/**
 * One bill of a journal, or one for each of several rows, as a `Line` has them. What is not a constant is SQL, with
 * placeholders of its own.
 */
export interface Bill extends Pick<Line, 'each' | 'when'> {
  readonly user: SQL;
  readonly type: keyof typeof MONEY_TYPE;
  readonly direction: keyof typeof DIRECTION;
  /** Fen. */
  readonly amount: SQL;
  readonly withType: keyof typeof BILL_WITH | SQL;
  readonly withId: SQL;
  readonly content?: SQL;
}

const constant = (value: number) => sql.raw(String(value));

/** The highest that the check of `money_type` takes. */
const HIGHEST = MONEY_TYPE.gift;

/** A type as it is stored: by itself, or from 17 on beside the transfer that an older program takes it for. */
function storedType(type: Bill['type'], direction: Bill['direction']): SQL {
  const number = MONEY_TYPE[type];
  if (number <= HIGHEST) return sql`${constant(number)}, NULL`;
  const older = direction === 'in' ? MONEY_TYPE.transferReceived : MONEY_TYPE.transferSent;
  return sql`${constant(older)}, ${constant(number)}`;
}

const selectBill = ({ user, type, direction, amount, withType, withId, content, ...rows }: Bill): SQL =>
  sql`SELECT ${user}, ${p('journal_id')}, ${storedType(type, direction)}, ${amount},
    ${constant(DIRECTION[direction])}, ${typeof withType === 'string' ? constant(BILL_WITH[withType]) : withType},
    ${withId}, ${content ?? sql`''`}, ${p('journal_at')} ${underJournal(rows)}`;

/**
 * Prepares the bills of a journal, one statement for all: every user whose wallet the journal moves gets
 * exactly one, of exactly the moved amount (reconcile checks it).
 */
export const writeBills = <Wanted extends Values = NoMore>(
  ...entries: readonly [Bill, ...Bill[]]
): Prepared<number, Wanted & JournalValues> =>
  prepareChange<Wanted & JournalValues>(
    sql`INSERT INTO ${bills} (user_id, journal_id, money_type, later_type, amount, direction, dest_type, dest_id, content, occurred_at)
      ${sql.join(entries.map(selectBill), sql` UNION ALL `)}`,
  );

const outSince = (types: readonly (keyof typeof MONEY_TYPE)[]): SQL => {
  const later = types.find((type) => MONEY_TYPE[type] > HIGHEST);
  if (later) throw new RangeError(`What is spent on ${later} cannot be told by its type alone.`);
  const list = types.map((type) => MONEY_TYPE[type]).join(', ');
  return sql`${bills.userId} = ${p('me')} AND ${bills.journalId} >= ${p('sinceId')}
    AND ${bills.direction} = ${constant(DIRECTION.out)} AND ${bills.moneyType} IN (${sql.raw(list)})`;
};

/**
 * SQL: the fen that `me` has spent on these kinds of things since `sinceId` (`lowestIdAt(chinaDayStart(now))`), for
 * limits per day. Values: `me`, `sinceId`.
 */
export const spentSince = (...types: readonly (keyof typeof MONEY_TYPE)[]): SQL<number> =>
  sql<number>`(SELECT COALESCE(SUM(${bills.amount}), 0) FROM ${bills} WHERE ${outSince(types)})`;

/** SQL: the fen that have left the wallet of `me` for whatever it was, since `holdSinceId`. */
export const spentOnAnything: SQL<number> = sql<number>`(SELECT COALESCE(SUM(spent.amount), 0) FROM ${bills} AS spent WHERE spent.user_id = ${p('me')}
    AND spent.journal_id >= ${p('holdSinceId')} AND spent.direction = ${constant(DIRECTION.out)})`;

/** SQL: how many such things there were. Values: as `spentSince`. */
export const countSince = (...types: readonly (keyof typeof MONEY_TYPE)[]): SQL<number> =>
  sql<number>`(SELECT COUNT(*) FROM ${bills} WHERE ${outSince(types)})`;

/** A page of a user's bills, newest first. */
export const billsOf = prepareSelect<{ me: UserId; upTo: number; limit: number; offset: number }>()(
  { ...getTableColumns(bills), moneyType: sql<MoneyType>`COALESCE(${bills.laterType}, ${bills.moneyType})` },
  (select) =>
    select
      .from(bills)
      .where(and(eq(bills.userId, p('me')), lte(bills.journalId, p('upTo'))))
      .orderBy(desc(bills.journalId))
      .limit(sql.placeholder('limit'))
      .offset(sql.placeholder('offset')),
);
export type BillRow = RowOf<typeof billsOf>;
