import { type SQL, sql } from 'drizzle-orm';
import { TRANSFER, type TransferStatus, transfers } from '../../../db/schema/transfers.ts';
import type { GroupId, JournalId, TransferId, UserId } from '../../core/ids.ts';
import { LIST_SIZE, MOST_COUNTED } from '../../core/operator-page.ts';
import type { Db } from '../../platform/database/db.ts';
import { p, prepareRead } from '../../platform/database/query.ts';

/** A transfer as operators look at it, without its words. Amounts in fen, times epoch ms. */
export type Looked = {
  readonly id: TransferId;
  readonly payer: UserId;
  readonly payee: UserId;
  readonly group: GroupId | null;
  readonly amount: number;
  readonly status: TransferStatus;
  readonly sentAt: number;
  readonly expiresAt: number;
  readonly confirmedAt: number | null;
  readonly endedBy: JournalId | null;
  readonly reversed: number;
};
const COLUMNS = [
  'id',
  'payer',
  'payee',
  'group',
  'amount',
  'status',
  'sentAt',
  'expiresAt',
  'confirmedAt',
  'endedBy',
  'reversed',
] as const;
const columns = sql.raw(
  'id, payer_id, payee_id, group_id, amount, status, sent_at, expires_at, confirmed_at, ended_by, reversed',
);

/** Which transfers are wanted: numbered so, and of this amount and state where these are not null. */
export type Filter = {
  readonly fromId: number;
  readonly toId: number;
  readonly fen: number | null;
  readonly status: TransferStatus | null;
};
type Of = Filter & { readonly user: UserId };
type Behind = { readonly before: number };

const stands = sql`id >= ${p('fromId')} AND id < ${p('toId')} AND (${p('status')} IS NULL OR status = ${p('status')})`;
const isAmount = sql`(${p('fen')} IS NULL OR amount = ${p('fen')})`;
const newest = sql`id < ${p('before')} ORDER BY id DESC LIMIT ${sql.raw(String(LIST_SIZE))}`;

const queries = <Wanted extends Filter>(whose: SQL) => ({
  rows: prepareRead<Wanted & Behind, Looked>(
    sql`SELECT ${columns} FROM ${transfers} WHERE ${whose} AND ${stands} AND ${newest}`,
    COLUMNS,
  ),
  count: prepareRead<Wanted, { total: number }>(
    sql`SELECT count(*) FROM (SELECT 1 FROM ${transfers} WHERE ${whose} AND ${stands} LIMIT ${sql.raw(String(MOST_COUNTED))})`,
    ['total'],
  ),
});
const paid = queries<Of>(sql`payer_id = ${p('user')} AND ${isAmount}`);
const got = queries<Of>(sql`payee_id = ${p('user')} AND ${isAmount}`);
const ofAmount = queries<Filter>(sql`amount = ${p('fen')}`);
const ofAll = queries<Filter>(sql`${p('fen')} IS NULL`);

/** A page of transfers, newest first, and how many there are: of one person, or of everybody. */
export async function lookForTransfers(db: Db, filter: Filter, user: UserId | undefined, before: number) {
  const behind = { ...filter, before };
  if (user === undefined) {
    const of = filter.fen === null ? ofAll : ofAmount;
    const { rows, total } = await db.read({ rows: of.rows(behind), total: of.count(filter) });
    return { rows, total: total[0]?.total ?? 0 };
  }
  const found = await db.read({
    paid: paid.rows({ ...behind, user }),
    got: got.rows({ ...behind, user }),
    paidTotal: paid.count({ ...filter, user }),
    gotTotal: got.count({ ...filter, user }),
  });
  const rows = [...found.paid, ...found.got].sort((a, b) => b.id - a.id).slice(0, LIST_SIZE);
  return { rows, total: (found.paidTotal[0]?.total ?? 0) + (found.gotTotal[0]?.total ?? 0) };
}

const one = prepareRead<{ transfer: TransferId }, Looked>(
  sql`SELECT ${columns} FROM ${transfers} WHERE id = ${p('transfer')}`,
  COLUMNS,
);
/** One of them. */
export const lookAtTransfer = async (db: Db, transfer: TransferId): Promise<Looked | undefined> =>
  (await db.read(one({ transfer })))[0];

/** How a transfer stands, in the words of operators. */
export const TRANSFER_STATES = ['waits', 'confirmed', 'returned'] as const;
export const transferState = (status: TransferStatus): (typeof TRANSFER_STATES)[number] =>
  TRANSFER_STATES.find((word) => TRANSFER[word] === status) ?? 'waits';
