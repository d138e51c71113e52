import { getTableName, type SQL, sql } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import { contactBooks } from '../../../db/schema/contacts.ts';
import { operatorInvitations, operators } from '../../../db/schema/operators.ts';
import { reports } from '../../../db/schema/reports.ts';
import { reviews } from '../../../db/schema/reviews.ts';
import { takedowns } from '../../../db/schema/takedowns.ts';
import { IDENTITY, identityChecks } from '../../../db/schema/users.ts';
import { bankCards } from '../../../db/schema/wallet.ts';
import type { OperatorId } from '../../core/ids.ts';
import { CARD_DIGEST, CARD_NUMBER } from '../../features/bank-cards/bind.ts';
import { purposeOf as purposeOfBook } from '../../features/contacts/book.ts';
import { ID_DIGEST } from '../../features/identity/submit.ts';
import { type KeyValues, prepareKeepKey, sealedKeyOf } from '../../features/person-keys/own-key.ts';
import { ID_NO, REAL_NAME } from '../../features/profiles/view.ts';
import { REPORTED } from '../../features/reports/evidence.ts';
import { REVIEWED } from '../../features/reviews/queue.ts';
import { EVIDENCE } from '../../features/takedowns/evidence.ts';
import { type Prepared, p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import { purposeOfTotp } from '../operators/totp.ts';

/** Rows that one step looks at. */
export const ROWS = 100;

/** A row with something sealed. */
export type SealedRow = {
  readonly row: number;
  /** Whose it is; 0 where it is nobody's. */
  readonly owner: number;
  readonly sealedKey: string | null;
  /** The sealed texts, as a JSON list. */
  readonly texts: string;
  /** Of the first of them; null where none is kept. */
  readonly digest: string | null;
};
type Resealed = { readonly row: number; readonly seen: string; readonly texts: string };
type Redigested = { readonly row: number; readonly seenDigest: string; readonly digest: string };

/** A table with something sealed, and how its rows go over to the present key. */
export interface Stage {
  readonly table: string;
  readonly columns: readonly string[];
  /** True where the owner's own key seals it, and not DATA_KEY itself. */
  readonly isPersons: boolean;
  purposes(owner: number): readonly string[];
  readonly find: Prepared<SealedRow[], { readonly cursor: number }>;
  /** Only where nobody has changed the row meanwhile. */
  readonly reseal: Prepared<number, Resealed>;
  readonly keepKey: Prepared<number, KeyValues & Pick<Resealed, 'row' | 'texts'>>;
  readonly digest?: {
    readonly purpose: string;
    readonly set: Prepared<number, Redigested>;
  };
}

interface Place {
  readonly table: SQLiteTable;
  readonly owner: SQL;
  readonly isPersons?: false;
  readonly columns: readonly string[];
  readonly purposes: (owner: number) => readonly string[];
  /** The digest of the first column's text, and when another row has it already, as SQL over `p('digest')`. */
  readonly digest?: { readonly column: string; readonly purpose: string; readonly isTaken: SQL };
}

function stageOf({ table, owner, isPersons, columns, purposes, digest }: Place): Stage {
  const texts = sql`json_array(${sql.join(
    columns.map((column) => sql.raw(column)),
    sql`, `,
  )})`;
  const set = sql.join(
    columns.map((column, i) => sql`${sql.raw(column)} = ${p('texts')} ->> ${sql.raw(String(i))}`),
    sql`, `,
  );
  const kept = digest ? sql.raw(digest.column) : sql`NULL`;
  return {
    table: getTableName(table),
    columns,
    isPersons: isPersons ?? true,
    purposes,
    find: prepareRead<{ cursor: number }, SealedRow>(
      sql`SELECT rowid, COALESCE(${owner}, 0), ${sealedKeyOf(owner)}, ${texts}, ${kept} FROM ${table}
        WHERE rowid > ${p('cursor')} ORDER BY rowid LIMIT ${sql.raw(String(ROWS))}`,
      ['row', 'owner', 'sealedKey', 'texts', 'digest'],
    ),
    reseal: prepareChange<Resealed>(
      sql`UPDATE ${table} SET ${set} WHERE rowid = ${p('row')} AND ${texts} = ${p('seen')}`,
    ),
    keepKey: prepareKeepKey<Pick<Resealed, 'row' | 'texts'>>(
      sql`EXISTS (SELECT 1 FROM ${table} WHERE rowid = ${p('row')} AND ${texts} = ${p('texts')})`,
    ),
    ...(digest && {
      digest: {
        purpose: digest.purpose,
        set: prepareChange<Redigested>(
          sql`UPDATE ${table} SET ${kept} = ${p('digest')}
            WHERE rowid = ${p('row')} AND ${kept} = ${p('seenDigest')} AND NOT ${digest.isTaken}`,
        ),
      },
    }),
  };
}

const totp = (operator: number) => [purposeOfTotp(operator as OperatorId)];

/** Everything that is sealed, table by table. */
export const stages: readonly Stage[] = [
  stageOf({
    table: identityChecks,
    owner: sql`${identityChecks.userId}`,
    columns: ['sealed_id_no', 'sealed_name'],
    purposes: () => [ID_NO, REAL_NAME],
    digest: {
      column: 'id_no_digest',
      purpose: ID_DIGEST,
      isTaken: sql`EXISTS (SELECT 1 FROM ${identityChecks} AS other WHERE other.id_no_digest = ${p('digest')}
        AND other.state <> ${IDENTITY.rejected})`,
    },
  }),
  stageOf({
    table: bankCards,
    owner: sql`${bankCards.userId}`,
    columns: ['sealed_number'],
    purposes: () => [CARD_NUMBER],
    digest: {
      column: 'number_digest',
      purpose: CARD_DIGEST,
      isTaken: sql`EXISTS (SELECT 1 FROM ${bankCards} AS other WHERE other.user_id = ${bankCards.userId}
        AND other.number_digest = ${p('digest')} AND other.unbound_at IS NULL)`,
    },
  }),
  stageOf({
    table: contactBooks,
    owner: sql`${contactBooks.userId}`,
    columns: ['sealed'],
    purposes: (owner) => [purposeOfBook(owner)],
  }),
  stageOf({
    table: takedowns,
    owner: sql`${takedowns.ownerId}`,
    columns: ['sealed'],
    purposes: () => [EVIDENCE],
  }),
  stageOf({
    table: reports,
    owner: sql`${reports.userId}`,
    isPersons: false,
    columns: ['sealed'],
    purposes: () => [REPORTED],
  }),
  stageOf({
    table: reviews,
    owner: sql`${reviews.id}`,
    isPersons: false,
    columns: ['sealed'],
    purposes: () => [REVIEWED],
  }),
  stageOf({
    table: operators,
    owner: sql`${operators.id}`,
    isPersons: false,
    columns: ['sealed_totp'],
    purposes: totp,
  }),
  stageOf({
    table: operatorInvitations,
    owner: sql`${operatorInvitations.operatorId}`,
    isPersons: false,
    columns: ['sealed_totp'],
    purposes: totp,
  }),
];
