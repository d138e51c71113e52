import { type SQL, sql } from 'drizzle-orm';

/**
 * SQL of a success's envelope, for a reply that only the batch knows: each value as text, and empty where there is
 * none. In TypeScript it is `envelope`.
 */
export function envelopeSql(data: Readonly<Record<string, SQL>>): SQL {
  const pairs = Object.entries(data).map(
    ([key, value]) => sql`${sql.raw(`'${key}'`)}, COALESCE(CAST(${value} AS TEXT), '')`,
  );
  return sql`json_object('code', '1', 'data', json_object(${sql.join(pairs, sql`, `)}))`;
}
