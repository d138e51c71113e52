import { sql } from 'drizzle-orm';
import { instance } from '../../db/schema/platform.ts';
import { p, prepareChange, prepareRead } from '../platform/database/query.ts';

/** How far a background job has come, under its name in `instance`: no row before it first noted it. */
export const readProgress = prepareRead<{ name: string }, { value: string }>(
  sql`SELECT value FROM ${instance} WHERE name = ${p('name')}`,
  ['value'],
);

/** Notes how far a background job has come. Values: `name`, `value`. */
export const setProgress = prepareChange<{ name: string; value: string }>(
  sql`INSERT INTO ${instance} (name, value) VALUES (${p('name')}, ${p('value')})
    ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
);
