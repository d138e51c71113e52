import { sql } from 'drizzle-orm';
import { identityChecks } from '../../db/schema/users.ts';
import { bankCards } from '../../db/schema/wallet.ts';
import { digest, unsealIfOurs } from '../core/sealing.ts';
import { CARD_NUMBER } from '../features/bank-cards/bind.ts';
import { ID_NO } from '../features/profiles/view.ts';
import type { Db } from '../platform/database/db.ts';
import { prepareRead } from '../platform/database/query.ts';
import type { Keys } from '../platform/keys/keys.ts';

/** The secrets that a database's content depends on. SESSION_SECRET may be another one tomorrow. */
export const LASTING = ['PAY_PEPPER', 'DATA_KEY'] as const;
export type LastingSecret = (typeof LASTING)[number];

/** What a database keeps to know a secret again: a digest under the secret itself. */
export const markOf = (keys: Keys, name: LastingSecret): string =>
  digest(name === 'DATA_KEY' ? keys.data : keys.pepper, 'instance', name);

type SealedRow = { purpose: string; sealed: string; digestPurpose: string; digest: string };

const columns = ['purpose', 'sealed', 'digestPurpose', 'digest'] as const;
const newest = [
  prepareRead<void, SealedRow>(
    sql`SELECT ${ID_NO}, sealed_id_no, 'id-number', id_no_digest FROM ${identityChecks} ORDER BY user_id DESC LIMIT 5`,
    columns,
  ),
  prepareRead<void, SealedRow>(
    sql`SELECT ${CARD_NUMBER}, sealed_number, 'bank_cards.number_digest', number_digest FROM ${bankCards} ORDER BY id DESC LIMIT 5`,
    columns,
  ),
] as const;

/**
 * Which secrets cannot be those under which a database was written, as far as its content shows: for one that keeps
 * no mark of them yet. A few of its sealed numbers are opened; one that opens is enough, because others may lie
 * there from before a secret was exchanged.
 */
export async function contradicted(db: Db, keys: Keys): Promise<LastingSecret[]> {
  const { ids, cards } = await db.read({ ids: newest[0](), cards: newest[1]() });
  const rows = [...ids, ...cards];
  const opened = rows.flatMap((row) => {
    const text = unsealIfOurs(keys.data, row.purpose, row.sealed);
    return text === undefined ? [] : [{ ...row, text }];
  });
  if (rows.length > 0 && opened.length === 0) return ['DATA_KEY'];
  const known = opened.some((row) => digest(keys.pepper, row.digestPurpose, row.text) === row.digest);
  return opened.length > 0 && !known ? ['PAY_PEPPER'] : [];
}

const LOST: Readonly<Record<LastingSecret, string>> = {
  DATA_KEY: 'the ID and card numbers that are stored could not be read',
  PAY_PEPPER: 'every pay password would be wrong',
};

/** What an operator reads where a secret is another one. */
export const otherSecretText = (name: LastingSecret): string =>
  `${name} is not the one that this database was written with: with another one ${LOST[name]}. Put the old one back; if it is lost for good, "teahouse secrets accept" goes on without it.`;
