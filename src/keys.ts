import { sql } from 'drizzle-orm';
import { instance } from '../db/schema/platform.ts';
import { BadConfig, type Config } from './config.ts';
import { Problem } from './core/problem.ts';
import type { Db } from './platform/database/db.ts';
import { build, prepareChange, prepareRows } from './platform/database/query.ts';
import type { Random } from './platform/random.ts';

/** The secrets of this installation, as bytes. */
export interface Keys {
  /** Signs session tokens. */
  readonly session: Uint8Array;
  /** Keys the digests of pay passwords, SMS codes and ID numbers. */
  readonly pepper: Uint8Array;
  /** AES-256 key of what is encrypted at rest. */
  readonly data: Uint8Array;
  /** Lays every user's grid of places (src/features/nearby). Drawn once and kept: another one would give places away. */
  readonly places: Uint8Array;
}

const SECRETS = ['SESSION_SECRET', 'PAY_PEPPER', 'DATA_KEY'] as const;

/** Drawn by the database itself in either mode. */
const PLACES_KEY = 'PLACES_KEY';

const stored = prepareRows(build.select().from(instance));
const setOnce = prepareChange(
  build
    .insert(instance)
    .values({ name: sql.placeholder('name'), value: sql.placeholder('value') })
    .onConflictDoNothing(),
);

/**
 * The keys from the settings; a sandbox draws those that are missing and keeps them in its database.
 * Also remembers the mode that the database was made in: production refuses a sandbox's, whose money and
 * codes were given away (decisions, Sandbox). Throws `BadConfig`.
 * @param isServer whether a database that no server has opened yet is made ready; a command does not
 */
export async function openInstance(config: Config, db: Db, random: Random, isServer = true): Promise<Keys> {
  let [rows] = await db.read(stored());
  const isMissing = (name: string) => !rows.some((row) => row.name === name);
  const made = ['mode', ...SECRETS.filter((name) => config.MODE === 'sandbox' && !config[name])];
  if (made.some(isMissing) && !isServer)
    throw new Problem('No server has opened this database yet: start one first.');
  // The key of places comes with a later version than the rest, and a command may be the first to open with it.
  const missing = [...made, PLACES_KEY].filter(isMissing);
  if (missing.length > 0) {
    const fresh = (name: string) =>
      name === 'mode' ? config.MODE : Buffer.from(random.bytes(32)).toString('base64');
    await db.write(...missing.map((name) => setOnce({ name, value: fresh(name) })));
    [rows] = await db.read(stored());
  }
  const value = (name: string) => rows.find((row) => row.name === name)?.value ?? '';
  if (value('mode') !== config.MODE) {
    throw new BadConfig([
      `MODE=${config.MODE} cannot open this database: it was made in ${value('mode')} mode.`,
    ]);
  }
  const secret = (name: (typeof SECRETS)[number]) => config[name] || value(name);
  return {
    session: new TextEncoder().encode(secret('SESSION_SECRET')),
    pepper: new TextEncoder().encode(secret('PAY_PEPPER')),
    data: new Uint8Array(Buffer.from(secret('DATA_KEY'), 'base64')),
    places: new Uint8Array(Buffer.from(value(PLACES_KEY), 'base64')),
  };
}
