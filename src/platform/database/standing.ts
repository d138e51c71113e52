import { outlines } from '../../../db/migration-outlines.generated.ts';
import { Problem } from '../../core/problem.ts';
import type { Executor, Statement } from './executor.ts';
import { objectsOf } from './schema-objects.ts';

/** How the schema of a database stands to this program. */
export type Standing =
  | { readonly state: 'ours' }
  /** No migration was ever applied. */
  | { readonly state: 'empty' }
  /** It lacks migrations of this version. */
  | { readonly state: 'older'; readonly migrations: readonly string[] }
  /** It has migrations that this version does not know. */
  | { readonly state: 'newer'; readonly migrations: readonly string[] }
  /** Tables, indexes or triggers that its migrations have made are not there. */
  | { readonly state: 'incomplete'; readonly missing: readonly string[] };

type Reader = Pick<Executor, 'read'>;
const rows = (sql: string): Statement => ({ sql, params: [], kind: 'rows' });

/** What tells how a schema stands, for a batch of reads. Fails as a whole where no migration was ever applied. */
export const standingReads: readonly Statement[] = [
  rows('SELECT tag FROM _migrations ORDER BY tag'),
  rows('SELECT name FROM sqlite_schema'),
];

/** What reading a table says where no migration has made it yet. */
export const lacksTables = (error: unknown): boolean =>
  error instanceof Error && /no such table: /.test(error.message);

/**
 * How a database stands that has these migrations and these objects.
 * @param accepted migrations of a newer version with which an operator lets this one serve
 */
export function standingOf(
  tags: readonly string[],
  objects: readonly string[],
  accepted: readonly string[] = [],
): Standing {
  const known = new Set([...outlines.map(({ tag }) => tag), ...accepted]);
  const newer = tags.filter((tag) => !known.has(tag));
  if (newer.length > 0) return { state: 'newer', migrations: newer };
  const missing = missingObjects(tags, objects);
  if (missing.length > 0) return { state: 'incomplete', missing };
  const applied = new Set(tags);
  const lacking = outlines.flatMap(({ tag }) => (applied.has(tag) ? [] : [tag]));
  return lacking.length > 0 ? { state: 'older', migrations: lacking } : { state: 'ours' };
}

/** What this version's schema has, found out once: `/readyz` compares with it each time. */
let ours: ReadonlySet<string> | undefined;
function ourObjects(): ReadonlySet<string> {
  ours ??= objectsOf(outlines);
  return ours;
}

/** The objects that these migrations have made and that are not there. */
function missingObjects(tags: readonly string[], objects: readonly string[]): string[] {
  const applied = new Set(tags);
  const present = new Set(objects);
  // A migration of a newer version, where one is accepted, may have dropped what this one had.
  if (tags.some((tag) => !outlines.some((outline) => outline.tag === tag))) return [];
  const isWhole = applied.size === outlines.length;
  return [...(isWhole ? ourObjects() : objectsOf(outlines.filter(({ tag }) => applied.has(tag))))].filter(
    (name) => !present.has(name),
  );
}

const names = (result: { readonly rows: readonly (readonly unknown[])[] } | undefined) =>
  (result?.rows ?? []).map(([name]) => String(name));

/** How the schema of a database stands to this program. */
export async function schemaStanding(database: Reader, accepted: readonly string[] = []): Promise<Standing> {
  try {
    const [tags, objects] = await database.read(standingReads);
    return standingOf(names(tags), names(objects), accepted);
  } catch (error) {
    if (lacksTables(error)) return { state: 'empty' };
    throw error;
  }
}

/** A database whose schema is not this program's. `standing` says how. */
export class WrongSchema extends Problem {
  override readonly name = 'WrongSchema';
  readonly standing: Standing;
  constructor(standing: Standing, text: string) {
    super(text);
    this.standing = standing;
  }
}

/** A database that has tables and no migrations: a restore writes them down last. */
export const brokenRestore = (): Problem =>
  new Problem('A restore into this database was broken off: run it again, with --force.');

/** Why this program must not work on a database that stands so; undefined where it may. */
export function standingProblem(standing: Standing): WrongSchema | undefined {
  const because = (text: string) => new WrongSchema(standing, text);
  switch (standing.state) {
    case 'ours':
      return undefined;
    case 'empty':
      return because(
        'The database has no tables of Teahouse: "teahouse serve" or "teahouse migrate" makes them.',
      );
    case 'older':
      return because(
        `The database belongs to an older version: it lacks ${standing.migrations.join(', ')}. Use that version’s program, or upgrade: stop the server, back it up, start the new one.`,
      );
    case 'newer':
      return because(
        `The database belongs to a newer version: it has ${standing.migrations.join(', ')}, which this one does not know. Use the newer program, or restore the backup from before the upgrade.`,
      );
    case 'incomplete':
      return because(
        `The database is incomplete: ${standing.missing.join(', ')} should be there and is not. Restore a whole backup.`,
      );
  }
}
