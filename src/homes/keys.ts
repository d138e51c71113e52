import { getTableColumns, sql } from 'drizzle-orm';
import { instance } from '../../db/schema/platform.ts';
import { BadConfig } from '../core/bad-config.ts';
import { Problem } from '../core/problem.ts';
import type { Random } from '../core/random.ts';
import { digest } from '../core/sealing.ts';
import type { Settings } from '../core/settings.ts';
import type { Db } from '../platform/database/db.ts';
import { p, prepareChange, prepareSelect } from '../platform/database/query.ts';
import type { Keys } from '../platform/keys/keys.ts';
import { contradicted, LASTING, type LastingSecret, markOf, otherSecretText } from './secrets.ts';

const SECRETS = ['SESSION_SECRET', 'PAY_PEPPER', 'DATA_KEY'] as const;

/** Drawn by the database itself in either mode. */
const PLACES_KEY = 'PLACES_KEY';

const stored = prepareSelect<void>()(getTableColumns(instance), (select) => select.from(instance));
const setOnce = prepareChange<{ name: string; value: string }>(
  sql`INSERT INTO ${instance} (name, value) VALUES (${p('name')}, ${p('value')}) ON CONFLICT DO NOTHING`,
);

const setAgain = prepareChange<{ name: string; value: string }>(
  sql`INSERT INTO ${instance} (name, value) VALUES (${p('name')}, ${p('value')})
    ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
);

const NEVER_OPENED = 'No server has opened this database yet: start one first.';

type Rows = readonly { readonly name: string; readonly value: string }[];
const valueIn = (rows: Rows, name: string) => rows.find((row) => row.name === name)?.value ?? '';
const markName = (name: LastingSecret) => `mark:${name}`;

function keysOf(config: Settings, rows: Rows): Keys {
  const secret = (name: (typeof SECRETS)[number]) => config[name] || valueIn(rows, name);
  const data = new Uint8Array(Buffer.from(secret('DATA_KEY'), 'base64'));
  return {
    session: new TextEncoder().encode(secret('SESSION_SECRET')),
    pepper: new TextEncoder().encode(secret('PAY_PEPPER')),
    data,
    places: new Uint8Array(Buffer.from(valueIn(rows, PLACES_KEY), 'base64')),
    // Never kept in the database: who can write there must not be able to seal there.
    audit: new TextEncoder().encode(config.AUDIT_KEY || digest(data, 'AUDIT_KEY', '')),
  };
}

/** Which lasting secrets are not this database's. */
export async function otherSecrets(db: Db, keys: Keys): Promise<LastingSecret[]> {
  const rows = await db.read(stored());
  const unmarked = LASTING.filter((name) => !valueIn(rows, markName(name)));
  const found = unmarked.length > 0 ? await contradicted(db, keys) : [];
  return LASTING.filter((name) =>
    unmarked.includes(name) ? found.includes(name) : valueIn(rows, markName(name)) !== markOf(keys, name),
  );
}

/** Keeps the marks of the secrets that have none yet; of two servers that start together the first one's stand. */
async function markSecrets(db: Db, keys: Keys, rows: Rows) {
  const unmarked = LASTING.filter((name) => !valueIn(rows, markName(name)));
  if (unmarked.length === 0) return;
  await db.write({
    unmarked: unmarked.map((name) => setOnce({ name: markName(name), value: markOf(keys, name) })),
  });
  await refuseOtherSecrets(db, keys);
}

async function refuseOtherSecrets(db: Db, keys: Keys) {
  const others = await otherSecrets(db, keys);
  if (others.length > 0) throw new BadConfig(others.map(otherSecretText));
}

/** Takes the secrets of today for this database's own, whatever it was written with. */
export async function acceptSecrets(db: Db, keys: Keys): Promise<void> {
  await db.write({
    LASTING: LASTING.map((name) => setAgain({ name: markName(name), value: markOf(keys, name) })),
  });
}

/** The keys for a command that looks at the secrets themselves: on a database that a server has opened. */
export async function readKeys(config: Settings, db: Db): Promise<Keys> {
  const rows = await db.read(stored());
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
 * codes were given away (docs/decisions.md#sandbox). And it keeps a mark of the secrets that what is stored depends
 * on: others are refused. Throws `BadConfig`.
 * @param isServer whether what is missing is drawn and kept; a command does not
 */
export async function openInstance(config: Settings, db: Db, random: Random, isServer = true): Promise<Keys> {
  let rows = await db.read(stored());
  const isMissing = (name: string) => !valueIn(rows, name);
  const made = ['mode', ...SECRETS.filter((name) => config.MODE === 'sandbox' && !config[name])];
  if (made.some(isMissing) && !isServer) throw new Problem(NEVER_OPENED);
  // The key of places comes with a later version than the rest, and a command may be the first to open with it.
  const missing = [...made, PLACES_KEY].filter(isMissing);
  if (missing.length > 0) {
    const fresh = (name: string) =>
      name === 'mode' ? config.MODE : Buffer.from(random.bytes(32)).toString('base64');
    await db.write({ missing: missing.map((name) => setOnce({ name, value: fresh(name) })) });
    rows = await db.read(stored());
  }
  refuseOtherMode(config, rows);
  const keys = keysOf(config, rows);
  await refuseOtherSecrets(db, keys);
  if (isServer) await markSecrets(db, keys, rows);
  return keys;
}
