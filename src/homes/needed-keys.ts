import { sql } from 'drizzle-orm';
import { instance } from '../../db/schema/platform.ts';
import type { Random } from '../core/random.ts';
import {
  exchange,
  givenOf,
  LASTING,
  type LastingSecret,
  markName,
  neededIn,
  neededName,
  type InstanceRows as Rows,
  readInstance,
  valueIn,
} from '../features/person-keys/needed.ts';
import type { Db } from '../platform/database/db.ts';
import { p, prepareChange, type Query } from '../platform/database/query.ts';
import type { Keys } from '../platform/keys/keys.ts';
import { auditKeyOf, SEALED_AUDIT_KEY, sealAuditKey } from './audit-key.ts';
import { contradicted, oldSecretText, otherSecretText } from './secrets.ts';

type Row = { name: string; value: string };
const setOnce = prepareChange<Row>(
  sql`INSERT INTO ${instance} (name, value) VALUES (${p('name')}, ${p('value')}) ON CONFLICT DO NOTHING`,
);
const setAgain = prepareChange<Row>(
  sql`INSERT INTO ${instance} (name, value) VALUES (${p('name')}, ${p('value')})
    ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
);
const setIfNeeded = prepareChange<Row & { list: string; needed: string }>(
  sql`INSERT INTO ${instance} (name, value) SELECT ${p('name')}, ${p('value')}
    WHERE EXISTS (SELECT 1 FROM ${instance} AS list WHERE list.name = ${p('list')} AND list.value = ${p('needed')})
    ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
);

/** Which lasting secrets are not this database's, each with what an operator reads of it. */
export async function otherSecretsIn(db: Db, keys: Keys, rows: Rows) {
  const unmarked = LASTING.some((name) => !neededIn(rows, name) && !valueIn(rows, markName(name)));
  const found = unmarked ? await contradicted(db, keys) : [];
  return LASTING.flatMap((name) => {
    const given = givenOf(keys, name);
    const mark = valueIn(rows, markName(name));
    const other = [{ name, text: otherSecretText(name) }];
    const kept = neededIn(rows, name);
    if (!kept && !mark) return found.includes(name) ? other : [];
    const [now, ...old] = kept ?? [given.find((one) => one.mark === mark)?.name];
    const isGiven = (wanted: string | undefined) => given.some((one) => one.name === wanted);
    if (!isGiven(now)) return other;
    return old.every(isGiven) ? [] : [{ name, text: oldSecretText(name) }];
  });
}

/** Never AUDIT_KEY itself, which whoever has DATA_KEY must not learn. */
const sealedAudit = (keys: Keys, rows: Rows, random: Random) =>
  sealAuditKey(keys.data[0], auditKeyOf(keys.data, rows), random);

/** The statements by which another secret takes the place of the present one, which stays needed. */
function exchanging(keys: Keys, name: LastingSecret, rows: Rows, random: Random): Query<number>[] {
  const [now] = givenOf(keys, name);
  const seen = valueIn(rows, neededName(name));
  const old: string[] = JSON.parse(seen);
  if (old[0] === now.name) return [];
  const list = neededName(name);
  const needed = JSON.stringify([now.name, ...old.filter((one) => one !== now.name)]);
  const behind = (row: Row) => setIfNeeded({ ...row, list, needed });
  return [
    exchange({ name: list, seen, value: needed }),
    behind({ name: markName(name), value: now.mark }),
    // The audit goes on under the key that it began with.
    ...(name === 'DATA_KEY'
      ? [behind({ name: SEALED_AUDIT_KEY, value: sealedAudit(keys, rows, random) })]
      : []),
  ];
}

/**
 * Keeps what a database needs to know its secrets again, and takes a new one for the present one where its old ones
 * are given, too. @returns whether anything was to be kept
 */
export async function keepNeeded(db: Db, keys: Keys, rows: Rows, random: Random): Promise<boolean> {
  const missing = LASTING.flatMap((name) => {
    const given = givenOf(keys, name);
    const mark = valueIn(rows, markName(name));
    const known = given.find((one) => one.mark === mark) ?? given[0];
    const needed = JSON.stringify([known.name]);
    return [
      ...(mark ? [] : [{ name: markName(name), value: known.mark }]),
      ...(neededIn(rows, name) ? [] : [{ name: neededName(name), value: needed }]),
    ];
  });
  const after = [...rows, ...missing];
  const exchanged = LASTING.flatMap((name) => exchanging(keys, name, after, random));
  if (missing.length + exchanged.length === 0) return false;
  await db.write({ missing: missing.map(setOnce), exchanged });
  return true;
}

/** Takes the secrets of today for this database's own, whatever it was written with. */
export async function acceptSecrets(db: Db, keys: Keys, random: Random): Promise<void> {
  const rows = await db.read(readInstance());
  await db.write({
    rows: LASTING.flatMap((name) => {
      const given = givenOf(keys, name);
      const names = JSON.stringify(given.map((one) => one.name));
      return [
        setAgain({ name: markName(name), value: given[0].mark }),
        setAgain({ name: neededName(name), value: names }),
      ];
    }),
    audit: setAgain({ name: SEALED_AUDIT_KEY, value: sealedAudit(keys, rows, random) }),
  });
}
