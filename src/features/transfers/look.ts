import { type SQL, sql } from 'drizzle-orm';
import { TRANSFER, type TransferStatus, transfers } from '../../../db/schema/transfers.ts';
import type { GroupId, JournalId, TransferId, UserId } from '../../core/ids.ts';
import type { Db } from '../../platform/database/db.ts';
import { p, prepareRead, type Values } from '../../platform/database/query.ts';
import { type Found, lookThrough, type Place, prepareSearch } from '../../platform/database/search.ts';

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

/** Which transfers are wanted: of this amount and state, where these are not null. */
export type Wanted = { readonly fen: number | null; readonly status: TransferStatus | null };
type OfUser = Wanted & { readonly user: UserId };

const isAmount = sql`(${p('fen')} IS NULL OR amount = ${p('fen')})`;
const isState = sql`(${p('status')} IS NULL OR status = ${p('status')})`;
const search = <Of extends Values>(whose: SQL) =>
  prepareSearch<Of, Looked>(
    { through: sql`${transfers}`, id: sql`id`, whose, isWanted: sql`${isAmount} AND ${isState}` },
    columns,
    COLUMNS,
  );
const paid = search<OfUser>(sql`payer_id = ${p('user')}`);
const got = search<OfUser>(sql`payee_id = ${p('user')}`);
const ofAmount = search<Wanted>(sql`amount = ${p('fen')}`);
const ofAll = search<Wanted>(sql`true`);

/** A page of transfers, newest first, and how many there are: of one person, or of everybody. */
export async function lookForTransfers(
  db: Db,
  wanted: Wanted,
  user: UserId | undefined,
  place: Place,
): Promise<Found<Looked>> {
  const { fen, status } = wanted;
  const isAny = status === null;
  if (user === undefined) return lookThrough(db, [(fen === null ? ofAll : ofAmount)(wanted, place, isAny)]);
  const of = { ...wanted, user };
  const isEverything = isAny && fen === null;
  return lookThrough(db, [paid(of, place, isEverything), got(of, place, isEverything)]);
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
