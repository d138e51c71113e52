import { sql } from 'drizzle-orm';
import { identityChecks } from '../../db/schema/users.ts';
import { bankCards } from '../../db/schema/wallet.ts';
import { digest } from '../core/sealing.ts';
import { CARD_DIGEST, CARD_NUMBER } from '../features/bank-cards/bind.ts';
import { ID_DIGEST } from '../features/identity/submit.ts';
import type { LastingSecret } from '../features/person-keys/needed.ts';
import { sealedKeyOf } from '../features/person-keys/own-key.ts';
import { ID_NO } from '../features/profiles/view.ts';
import type { Db } from '../platform/database/db.ts';
import { prepareRead } from '../platform/database/query.ts';
import type { Keys } from '../platform/keys/keys.ts';
import { openOf } from '../platform/keys/persons.ts';

type SealedRow = {
  user: number;
  sealedKey: string | null;
  purpose: string;
  sealed: string;
  digestPurpose: string;
  digest: string;
};

const columns = ['user', 'sealedKey', 'purpose', 'sealed', 'digestPurpose', 'digest'] as const;
const newest = [
  prepareRead<void, SealedRow>(
    sql`SELECT user_id, ${sealedKeyOf(sql`${identityChecks.userId}`)}, ${ID_NO}, sealed_id_no, ${ID_DIGEST}, id_no_digest FROM ${identityChecks} ORDER BY user_id DESC LIMIT 5`,
    columns,
  ),
  prepareRead<void, SealedRow>(
    sql`SELECT user_id, ${sealedKeyOf(sql`${bankCards.userId}`)}, ${CARD_NUMBER}, sealed_number, ${CARD_DIGEST}, number_digest FROM ${bankCards} ORDER BY id DESC LIMIT 5`,
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
    const text = openOf(keys, row.user, row.sealedKey, row.purpose, row.sealed);
    return text === undefined ? [] : [{ ...row, text }];
  });
  if (rows.length > 0 && opened.length === 0) return ['DATA_KEY'];
  const known = opened.some((row) =>
    keys.duplicates.some((key) => digest(key, row.digestPurpose, row.text) === row.digest),
  );
  return opened.length > 0 && !known ? ['PAY_PEPPER'] : [];
}

const LOST: Readonly<Record<LastingSecret, string>> = {
  DATA_KEY: 'the ID and card numbers that are stored could not be read',
  PAY_PEPPER: 'every pay password would be wrong',
};

/** What an operator reads where a secret is another one. */
export const otherSecretText = (name: LastingSecret): string =>
  `${name} is not the one that this database was written with: with another one ${LOST[name]}. Put the old one back, or give it as ${name}_OLD beside the new one; if it is lost for good, "teahouse secrets accept" goes on without it.`;

/** What an operator reads where an old secret went too early. */
export const oldSecretText = (name: LastingSecret): string =>
  `${name}_OLD lacks one that this database still needs: put it back, and let "teahouse reseal" say when it may go. If it is lost for good, "teahouse secrets accept" goes on without it.`;
