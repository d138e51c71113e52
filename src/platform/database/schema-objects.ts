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

function follow(owners: Owners, statement: string) {
  const sql = statement.replace(/^(?:\s*--.*\n)+/, '');
  const created = CREATED.exec(sql)?.groups;
  if (created) {
    const { kind = '', name = '' } = created;
    const hasOwner = /^(?:INDEX|TRIGGER)$/i.test(kind);
    owners.set(name, (hasOwner ? OWNER.exec(sql)?.groups?.['owner'] : undefined) ?? name);
    return;
  }
  const dropped = DROPPED.exec(sql)?.groups?.['name'];
  if (dropped) return drop(owners, dropped);
  const renamed = RENAMED.exec(sql)?.groups;
  if (renamed) rename(owners, renamed['name'] ?? '', renamed['to'] ?? '');
}

/**
 * The tables, indexes and triggers that a database has once these migrations have been applied, by name. It is read
 * from their text, so that a Worker can tell, too; a test compares it with a database that they have made.
 */
export function objectsOf(migrations: readonly Migration[]): ReadonlySet<string> {
  const owners: Owners = new Map();
  for (const { statements } of migrations) for (const statement of statements) follow(owners, statement);
  return new Set(owners.keys());
}
