import { sql } from 'drizzle-orm';
import { reminders } from '../../../db/schema/inbox.ts';
import { type Allowance, inSlices } from '../../core/in-slices.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { INTO_INBOX } from '../../realtime/inbox.ts';
import { EVENT, FROM } from '../../realtime/message-types.ts';

const now = p('now');
/** Reminders that one step sends. */
const TOGETHER = 500;
const due = sql`${reminders} WHERE id IN (SELECT r.id FROM ${reminders} AS r WHERE r.due_at <= ${now}
  ORDER BY r.due_at, r.id LIMIT ${sql.raw(String(TOGETHER))})`;
const tellOwners = prepareChange<{ now: number }>(
  sql`${INTO_INBOX} (user_id, type, msg_id, from_id, from_type, dest_id, content, created_at)
    SELECT user_id, ${EVENT.reminder}, 'reminder-' || id, user_id, ${FROM.system}, user_id,
      json_object('content', content, 'time', due_at), ${now} FROM ${due} ORDER BY due_at, id`,
  { rings: 'events' },
);
const anyDue = prepareRead<{ now: number }, { due: 1 }>(
  sql`SELECT 1 FROM ${reminders} WHERE due_at <= ${now} LIMIT 1`,
  ['due'],
);
const removeDue = prepareChange<{ now: number }>(sql`DELETE FROM ${due}`);

/** Sends event 68 for every reminder that is due, once: event and removal are one batch. */
export async function sendDueReminders({ db, clock }: Platform, allowance?: Allowance): Promise<number> {
  if ((await db.read(anyDue({ now: clock.now() }))).length === 0) return 0;
  let total = 0;
  const step = async () => {
    const values = { now: clock.now() };
    const { sent } = await db.write({ sent: tellOwners(values), removed: removeDue(values) });
    total += sent;
    return sent === TOGETHER;
  };
  await inSlices(clock, step, { allowance });
  return total;
}
