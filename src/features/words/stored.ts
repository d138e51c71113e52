import { sql } from 'drizzle-orm';
import { instance } from '../../../db/schema/platform.ts';
import { words } from '../../../db/schema/words.ts';
import type { ListedWord } from '../../core/words/build.ts';
import { type TextScope, verdictsOf, type WordAction } from '../../core/words/scopes.ts';
import type { Db } from '../../platform/database/db.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';

/** Under these names `instance` says which list stands, and of which one the bytes lie ready. */
const VERSION = 'words_version';
const COMPILED = 'words_compiled';

/** Words that are read at a time. */
const PAGE = 2000;

const standing = prepareRead<void, { version: string | null; compiled: string | null }>(
  sql`SELECT (SELECT value FROM ${instance} WHERE name = ${sql.raw(`'${VERSION}'`)}),
    (SELECT value FROM ${instance} WHERE name = ${sql.raw(`'${COMPILED}'`)})`,
  ['version', 'compiled'],
);

/** Which list of words stands, and of which one the bytes lie ready; empty where there never was a word. */
export async function standingOf(db: Db): Promise<{ readonly version: string; readonly compiled: string }> {
  const [row] = await db.read(standing());
  return { version: row?.version ?? '', compiled: row?.compiled ?? '' };
}

/** Sets the list's version, in the batch that changes it. @param version one that no list has had */
export const prepareVersion = <Wanted extends { readonly version: string }>(
  changed: ReturnType<typeof sql>,
) =>
  prepareChange<Wanted>(
    sql`INSERT INTO ${instance} (name, value) SELECT ${sql.raw(`'${VERSION}'`)}, ${p('version')} WHERE ${changed}
      ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
  );

/** Notes that the bytes of a list lie ready. */
export const setCompiled = prepareChange<{ version: string }>(
  sql`INSERT INTO ${instance} (name, value) VALUES (${sql.raw(`'${COMPILED}'`)}, ${p('version')})
    ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
);

type Row = { readonly word: string; readonly scope: TextScope | 'all'; readonly action: WordAction };
const page = prepareRead<{ word: string; scope: string }, Row>(
  sql`SELECT word, scope, action FROM ${words} WHERE (word, scope) > (${p('word')}, ${p('scope')})
    ORDER BY word, scope LIMIT ${sql.raw(String(PAGE))}`,
  ['word', 'scope', 'action'],
);

/** All words, page by page. */
export async function* pagesOfWords(db: Db): AsyncGenerator<readonly ListedWord[]> {
  let after = { word: '', scope: '' };
  for (;;) {
    const rows = await db.read(page(after));
    yield rows.map(({ word, scope, action }) => ({ word, verdicts: verdictsOf(scope, action) }));
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = { word: last.word, scope: last.scope };
  }
}
