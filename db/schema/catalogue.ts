import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { CatalogueChangeId } from '../../src/core/ids.ts';

/** What the catalogue is about: group levels, gifts, kinds of vip numbers, vip numbers, releases of the app. */
export const CATALOGUE = ['level', 'gift', 'number-type', 'number', 'release'] as const;
export type CatalogueSubject = (typeof CATALOGUE)[number];

/**
 * Every change of the catalogue: who set which price when. A row is the mark of the batch that makes the change. Two
 * triggers keep it as it was written, and nothing ever deletes it.
 */
export const catalogueChanges = sqliteTable(
  'catalogue_changes',
  {
    id: integer('id').primaryKey().$type<CatalogueChangeId>(),
    at: integer('at').notNull(),
    subject: text('subject').notNull().$type<CatalogueSubject>(),
    /** What of it: the level, the gift's key, the number of the type or of the release, the vip number. */
    item: text('item').notNull(),
    /** Who, as the audit names them: `li`, `cli:root`. */
    actor: text('actor').notNull(),
    /** What stood there, as JSON: empty where there was nothing. Prices in fen. */
    before: text('before').notNull(),
    after: text('after').notNull(),
  },
  (t) => [
    index('catalogue_changes_item').on(t.subject, t.item, t.id),
    index('catalogue_changes_subject').on(t.subject, t.id),
  ],
);
