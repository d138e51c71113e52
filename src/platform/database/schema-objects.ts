import type { Migration } from './migration.ts';

/** A name in a statement, in whatever quotes. */
const NAME = '["`\\[]?(?<name>\\w+)["`\\]]?';
const named = (text: string) => new RegExp(`^\\s*${text.replaceAll(' ', '\\s+')}`, 'i');
const CREATED = named(
  `CREATE (?:UNIQUE )?(?<kind>TABLE|VIRTUAL TABLE|INDEX|TRIGGER|VIEW) (?:IF NOT EXISTS )?${NAME}`,
);
const OWNER = /\bON\s+["`[]?(?<owner>\w+)["`\]]?/i;
const DROPPED = named(`DROP (?:TABLE|INDEX|TRIGGER|VIEW) (?:IF EXISTS )?${NAME}`);
const RENAMED = named(`ALTER TABLE ${NAME} RENAME TO ["\`\\[]?(?<to>\\w+)["\`\\]]?`);

/** The table that each object belongs to, by the object's name; a table belongs to itself. */
type Owners = Map<string, string>;

function drop(owners: Owners, name: string) {
  // With a table go its indexes and triggers.
  for (const [object, owner] of owners) if (object === name || owner === name) owners.delete(object);
}

function rename(owners: Owners, from: string, to: string) {
  if (owners.delete(from)) owners.set(to, to);
  for (const [object, owner] of owners) if (owner === from) owners.set(object, to);
}

/** What a statement does to the objects of a database. */
type Step =
  | { readonly created: string; readonly owner: string }
  | { readonly dropped: string }
  | { readonly renamed: string; readonly to: string };

/** Undefined for a statement that makes, drops or renames nothing. */
function stepOf(statement: string): Step | undefined {
  const sql = statement.replace(/^(?:\s*--.*\n)+/, '');
  const created = CREATED.exec(sql)?.groups;
  if (created) {
    const { kind = '', name = '' } = created;
    const hasOwner = /^(?:INDEX|TRIGGER)$/i.test(kind);
    return { created: name, owner: (hasOwner ? OWNER.exec(sql)?.groups?.['owner'] : undefined) ?? name };
  }
  const dropped = DROPPED.exec(sql)?.groups?.['name'];
  if (dropped) return { dropped };
  const { name, to } = RENAMED.exec(sql)?.groups ?? {};
  return name && to ? { renamed: name, to } : undefined;
}

/** The part of a migration that a server needs which never migrates: its name, and what it does to objects. */
export interface Outline {
  readonly tag: string;
  readonly steps: readonly Step[];
}

export const outlineOf = ({ tag, statements }: Migration): Outline => ({
  tag,
  steps: statements.flatMap((statement) => stepOf(statement) ?? []),
});

function follow(owners: Owners, step: Step) {
  if ('created' in step) owners.set(step.created, step.owner);
  else if ('dropped' in step) drop(owners, step.dropped);
  else rename(owners, step.renamed, step.to);
}

/**
 * The tables, indexes and triggers that a database has once these migrations have been applied, by name. A test
 * compares it with a database that they have made.
 */
export function objectsOf(migrations: readonly Outline[]): ReadonlySet<string> {
  const owners: Owners = new Map();
  for (const { steps } of migrations) for (const step of steps) follow(owners, step);
  return new Set(owners.keys());
}
