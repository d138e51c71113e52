import { sql } from 'drizzle-orm';
import { instance } from '../../db/schema/platform.ts';
import { BadConfig } from '../core/bad-config.ts';
import { Problem } from '../core/problem.ts';
import type { Random } from '../core/random.ts';
import { keyFor, sealingKey } from '../core/sealing.ts';
import type { Settings } from '../core/settings.ts';
import { type InstanceRows as Rows, readInstance, valueIn } from '../features/person-keys/needed.ts';
import type { Db } from '../platform/database/db.ts';
import { p, prepareChange } from '../platform/database/query.ts';
import type { Keys } from '../platform/keys/keys.ts';
import { auditKeyOf } from './audit-key.ts';
import { keepNeeded, otherSecretsIn } from './needed-keys.ts';

const SECRETS = ['SESSION_SECRET', 'PAY_PEPPER', 'DATA_KEY'] as const;

/** Drawn by the database itself in either mode. */
const PLACES_KEY = 'PLACES_KEY';

const setOnce = prepareChange<{ name: string; value: string }>(
  sql`INSERT INTO ${instance} (name, value) VALUES (${p('name')}, ${p('value')}) ON CONFLICT DO NOTHING`,
);

const NEVER_OPENED = 'No server has opened this database yet: start one first.';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const dataKeyOf = (text: string) => sealingKey(new Uint8Array(Buffer.from(text, 'base64')));

function keysOf(config: Settings, rows: Rows): Keys {
  const secret = (name: (typeof SECRETS)[number]) => config[name] || valueIn(rows, name);
  const data = [dataKeyOf(secret('DATA_KEY')), ...config.DATA_KEY_OLD.map(dataKeyOf)] as const;
  const pepper = bytesOf(secret('PAY_PEPPER'));
  const oldPeppers = config.PAY_PEPPER_OLD.map(bytesOf);
  return {
    session: bytesOf(secret('SESSION_SECRET')),
    pepper,
    pepperName: sealingKey(pepper).name,
    oldPeppers,
    data,
    // What is older than this key was digested under the pepper itself.
    duplicates: [
      keyFor(pepper, 'duplicates'),
      pepper,
      ...oldPeppers.flatMap((old) => [keyFor(old, 'duplicates'), old]),
    ],
    places: new Uint8Array(Buffer.from(valueIn(rows, PLACES_KEY), 'base64')),
    audit: config.AUDIT_KEY ? bytesOf(config.AUDIT_KEY) : auditKeyOf(data, rows),
  };
}

/** The secrets that a database's content depends on and that are not this database's, each with what to do. */
export const otherSecrets = async (db: Db, keys: Keys) =>
  otherSecretsIn(db, keys, await db.read(readInstance()));

async function refuseOtherSecrets(db: Db, keys: Keys, rows: Rows) {
  const others = await otherSecretsIn(db, keys, rows);
  if (others.length > 0) throw new BadConfig(others.map(({ text }) => text));
}

/** The keys for a command that looks at the secrets themselves: on a database that a server has opened. */
export async function readKeys(config: Settings, db: Db): Promise<Keys> {
  const rows = await db.read(readInstance());
  if (!valueIn(rows, 'mode')) throw new Problem(NEVER_OPENED);
  refuseOtherMode(config, rows);
  return keysOf(config, rows);
}

function refuseOtherMode({ MODE }: Settings, rows: Rows) {
  const mode = valueIn(rows, 'mode');
  if (mode !== MODE)
    throw new BadConfig([`MODE=${MODE} cannot open this database: it was made in ${mode} mode.`]);
}

/**
 * The keys from the settings; a sandbox draws those that are missing and keeps them in its database.
 * Also remembers the mode that the database was made in: production refuses a sandbox's, whose money and
 * codes were given away (docs/decisions.md#sandbox). And it keeps the names of the secrets that what is stored depends
 * on: others are refused, unless the old ones are given beside them. Throws `BadConfig`.
 * @param isServer whether what is missing is drawn and kept; a command does not
 */
export async function openInstance(config: Settings, db: Db, random: Random, isServer = true): Promise<Keys> {
  let rows = await db.read(readInstance());
  const isMissing = (name: string) => !valueIn(rows, name);
  const made = ['mode', ...SECRETS.filter((name) => config.MODE === 'sandbox' && !config[name])];
  if (made.some(isMissing) && !isServer) throw new Problem(NEVER_OPENED);
  // The key of places comes with a later version than the rest, and a command may be the first to open with it.
  const missing = [...made, PLACES_KEY].filter(isMissing);
  if (missing.length > 0) {
    const fresh = (name: string) =>
      name === 'mode' ? config.MODE : Buffer.from(random.bytes(32)).toString('base64');
    await db.write({ missing: missing.map((name) => setOnce({ name, value: fresh(name) })) });
    rows = await db.read(readInstance());
  }
  refuseOtherMode(config, rows);
  const keys = keysOf(config, rows);
  await refuseOtherSecrets(db, keys, rows);
  if (isServer && (await keepNeeded(db, keys, rows, random)))
    // Of servers that start together with different ones, the first one's count.
    await refuseOtherSecrets(db, keys, await db.read(readInstance()));
  return keys;
}
