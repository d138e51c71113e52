import { sql } from 'drizzle-orm';
import { instance } from '../../../db/schema/platform.ts';
import { type InstanceRows, neededIn, readInstance, valueIn } from '../../features/person-keys/needed.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { Keys } from '../../platform/keys/keys.ts';
import type { Platform } from '../../realtime/context.ts';

/** The row of `instance` that says how far resealing has come. */
export const RESEAL = 'reseal';

/** How far it has come. */
export interface Standing {
  /** The names of the DATA_KEY and the PAY_PEPPER to which everything goes over. */
  readonly to: readonly [string, string];
  readonly round: number;
  /** The last row that was looked at there. */
  readonly cursor: number;
  readonly looked: number;
  readonly done: number;
  /** Rows that no key opens. */
  readonly lost: number;
  /** Pay passwords that nobody has entered right since PAY_PEPPER was exchanged. */
  readonly waiting: number;
  readonly beganAt: number;
  readonly endedAt: number | null;
}

export const presentNames = ({ data, pepperName }: Keys): readonly [string, string] => [
  data[0].name,
  pepperName,
];

const begin = prepareChange<{ value: string; to: string }>(
  sql`INSERT INTO ${instance} (name, value) VALUES (${RESEAL}, ${p('value')})
    ON CONFLICT (name) DO UPDATE SET value = excluded.value
      WHERE value ->> '$.endedAt' IS NOT NULL OR value -> '$.to' <> ${p('to')}`,
);
/** The statement that begins it from the first row; it changes none where it is under way. */
export function beginning({ keys, clock }: Pick<Platform, 'keys' | 'clock'>) {
  const to = presentNames(keys);
  const from = { round: 0, cursor: 0, looked: 0, done: 0, lost: 0, waiting: 0 };
  const value: Standing = { to, ...from, beganAt: clock.now(), endedAt: null };
  return begin({ value: JSON.stringify(value), to: JSON.stringify(to) });
}

/** How it stands; undefined where it has never begun. */
export function standingIn(rows: InstanceRows): Standing | undefined {
  const text = valueIn(rows, RESEAL);
  return text ? JSON.parse(text) : undefined;
}

/** What a database says of its secrets. */
export async function secretsStanding({ db, keys }: Pick<Platform, 'db' | 'keys'>) {
  const rows = await db.read(readInstance());
  const needed = (name: 'DATA_KEY' | 'PAY_PEPPER') => neededIn(rows, name) ?? [];
  const [data, pepper] = presentNames(keys);
  return {
    standing: standingIn(rows),
    needed: { DATA_KEY: needed('DATA_KEY'), PAY_PEPPER: needed('PAY_PEPPER') },
    /** A server has opened the database with these very secrets. */
    isPresent: needed('DATA_KEY')[0] === data && needed('PAY_PEPPER')[0] === pepper,
  };
}
