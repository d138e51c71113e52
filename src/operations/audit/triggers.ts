import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { prepareRead } from '../../platform/database/query.ts';

const TABLES = ['audit', 'audit_details', 'audit_seals'];

/** Triggers on the tables of the audit. A backup that keeps writers out has its own meanwhile. */
export const triggersRead = prepareRead<void, { name: string; text: string }>(
  sql`SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'
    AND tbl_name IN (${sql.raw(TABLES.map((name) => `'${name}'`).join(', '))}) AND name NOT LIKE 'pause_%'`,
  ['name', 'text'],
);

/** Digests of the triggers as the migrations make them: their text would weigh more than all else here. */
const EXPECTED: ReadonlyMap<string, string> = new Map([
  ['audit_no_update', 'g73BqLP_ek-cUQ0Q2OCLEhkKxg67izcJnQ-Wq5JkvrM'],
  ['audit_no_delete', '_bUzc_Xa9KzIXJvIJueVMyX8L6IW4OkMwbowvZQ5KtE'],
  ['audit_no_replace', '54FLNlM2sKNRoap6h5T2gO5k1Toqv-MVTsZJCsxwhVs'],
  ['audit_details_no_update', '3iYJU5sT0Bp28oU8uCf4siBr1ZjFeXm6Up-r7sPv67g'],
  ['audit_seals_no_update', '2O_1lItulykKTUrk3hh7259dxd9fyb1hAtjTBNWfvd4'],
  ['audit_seals_no_delete', 'V6YGdY63KtkOtFW2ZK-XyfuqZlEdrHTEKvXr8YSUg-M'],
]);

const digestOf = (text: string) => createHash('sha256').update(text).digest('base64url');

/** What is wrong with the triggers that keep the audit as it was written. */
export function triggerFaults(found: readonly { readonly name: string; readonly text: string }[]): string[] {
  const digests = new Map(found.map(({ name, text }) => [name, digestOf(text)]));
  const expected = [...EXPECTED].flatMap(([name, digest]) => {
    if (!digests.has(name)) return [`The trigger ${name} is gone.`];
    return digests.get(name) === digest ? [] : [`The trigger ${name} is not the one that this version made.`];
  });
  const others = [...digests.keys()].filter((name) => !EXPECTED.has(name));
  return [...expected, ...others.map((name) => `The trigger ${name} does not belong there.`)];
}
