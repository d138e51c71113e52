import { integer, sqliteTable } from 'drizzle-orm/sqlite-core';
import type { MessageId } from '../../src/core/ids.ts';

/**
 * Messages that must go into the full-text table `message_search` once more: they came back, or say something else.
 * Triggers write it while messages are searched; a job empties it.
 */
export const searchDue = sqliteTable('search_due', {
  messageId: integer('message_id').primaryKey().$type<MessageId>(),
});
