import { sql } from 'drizzle-orm';
import { officialNotices } from '../../../db/schema/announcements.ts';
import { USER, users } from '../../../db/schema/users.ts';
import { OFFICIAL, type OfficialNoticeId, type UserId } from '../../core/ids.ts';
import { orTaken, rowOf } from '../../platform/database/mark.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { eventValues, prepareEventToOne } from '../../realtime/events.ts';
import { FROM, TEXT } from '../../realtime/message-types.ts';

type Noted = {
  readonly id: OfficialNoticeId;
  readonly event_to: UserId;
  readonly event_msg_id: string;
  readonly event_content: string;
  readonly event_at: number;
};
const sent = rowOf(officialNotices, 'id');
const isOpen = sql`EXISTS (SELECT 1 FROM ${users} WHERE id = ${p('event_to')} AND status = ${sql.raw(String(USER.valid))})`;

const note = prepareChange<Noted>(
  sql`INSERT INTO ${officialNotices} (id, user_id, msg_id, content, sent_at)
    SELECT ${p('id')}, ${p('event_to')}, ${p('event_msg_id')}, ${p('event_content')}, ${p('event_at')}
    WHERE ${orTaken(isOpen, sent)}`,
);
const tell = prepareEventToOne<{ id: OfficialNoticeId }>(sent);

/** The batch that says something to one person from the official account: `noted` marks it. */
export function notifying(
  home: Pick<Platform, 'clock' | 'random'>,
  id: OfficialNoticeId,
  user: UserId,
  content: string,
) {
  const event = eventValues(home, { type: TEXT, from: OFFICIAL, fromType: FROM.person, content });
  const values = { ...event, id, event_to: user };
  return { noted: note(values), told: tell(values) };
}
