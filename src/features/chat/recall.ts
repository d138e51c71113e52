import { sql } from 'drizzle-orm';
import { messages } from '../../../db/schema/messages.ts';
import type { ChangeId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import { FROM } from '../../realtime/message-types.ts';
import type { ClientMessage } from './client-message.ts';
import { bothPeople, everyMember, prepareNotices } from './fan-out.ts';
import { type ChatValues, chatValues, type SenderContext, type Sent } from './sender.ts';

/** A sender may take a message back within this. */
const RECALL_MS = 2 * 60_000;

/** The values that name a message, and with the mark of its recall. */
type Named = Pick<ChatValues, 'me' | 'content' | 'conversation'>;
type Taken = Named & { readonly mark_recall: ChangeId };

const named = sql`sender_id = ${p('me')} AND msg_id = ${p('content')} AND conversation = ${p('conversation')}`;
const takeBack = prepareChange<Taken & Pick<ChatValues, 'now'>>(
  sql`UPDATE ${messages} SET recalled_at = ${p('now')}, content = '', recall_id = ${p('mark_recall')}
    WHERE ${named} AND recalled_at IS NULL AND created_at > ${p('now')} - ${sql.raw(String(RECALL_MS))}`,
);
const taken = sql`EXISTS (SELECT 1 FROM ${messages} WHERE ${named} AND recall_id = ${p('mark_recall')})`;
const tell = {
  [FROM.person]: prepareNotices<Taken>(bothPeople, taken),
  [FROM.group]: prepareNotices<Taken>(everyMember, taken),
};
const readRecalled = prepareRead<Named, { recalledAt: number | null }>(
  sql`SELECT recalled_at FROM ${messages} WHERE ${named}`,
  ['recalledAt'],
);

/**
 * Takes a message of one's own back: its text goes from the history, who has not fetched it never will, and
 * everybody else hears of it. Doing it again is harmless. Refuses `NOT_YOUR_MESSAGE`, `TOO_LATE`.
 */
export async function recall(context: SenderContext, message: ClientMessage): Promise<Sent> {
  const values = { ...chatValues(context, message), mark_recall: context.ids.mark() };
  const {
    named: [found],
  } = await context.db.write({
    takenBack: takeBack(values),
    told: tell[message.fromType](values),
    named: readRecalled(values),
  });
  if (!found) refuse('NOT_YOUR_MESSAGE');
  if (found.recalledAt === null) refuse('TOO_LATE');
  return { id: 0, sendTime: found.recalledAt };
}
