import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { TextScope, WordAction } from '../../src/core/words/scopes.ts';

/** Words that operators do not want in what others see. */
export const words = sqliteTable(
  'words',
  {
    /** Folded, as it is looked for. */
    word: text('word').notNull(),
    scope: text('scope').notNull().$type<TextScope | 'all'>(),
    action: text('action').notNull().$type<WordAction>(),
    addedAt: integer('added_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.word, t.scope] })],
);

/** How often a word was met on a day; not in whose text. */
export const wordHits = sqliteTable(
  'word_hits',
  {
    /** As `chinaDay` counts. */
    day: integer('day').notNull(),
    word: text('word').notNull(),
    hits: integer('hits').notNull(),
  },
  (t) => [primaryKey({ columns: [t.day, t.word] }), index('word_hits_word').on(t.word, t.day)],
);
