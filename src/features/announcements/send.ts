import { sql } from 'drizzle-orm';
import {
  AUDIENCE,
  type Audience,
  announcements,
  announcementTargets,
} from '../../../db/schema/announcements.ts';
import { lowestIdAt } from '../../core/id-maker.ts';
import { type AnnouncementId, OFFICIAL } from '../../core/ids.ts';
import { randomText } from '../../core/random.ts';
import { orTaken, rowOf } from '../../platform/database/mark.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import { everybody } from '../../realtime/audience.ts';
import type { Platform } from '../../realtime/context.ts';
import { INTO_INBOX, lastSeq } from '../../realtime/inbox.ts';
import { FROM, TEXT } from '../../realtime/message-types.ts';
import { lastUser, listed, reach, type To, type ToValues, toValues } from './reach.ts';

/** Announcements of 24 hours, whoever makes them: all of them pass through everybody's inbox. */
export const MOST_PER_DAY = 50;
const DAY_MS = 24 * 3600 * 1000;

type Sending = ToValues & {
  readonly id: AnnouncementId;
  readonly audience: Audience;
  readonly msgId: string;
  readonly content: string;
  readonly pushedUpTo: number | null;
  readonly now: number;
  /** The lowest id of 24 hours. */
  readonly dayBefore: number;
};
const raw = (value: number) => sql.raw(String(value));

/** Ids are in the order of time. */
const isRoom = sql`(SELECT count(*) FROM ${announcements} AS n WHERE n.id >= ${p('dayBefore')}) < ${raw(MOST_PER_DAY)}`;
const sent = rowOf(announcements, 'id');
const isOfSomebody = sql`(${p('users')} = '' OR EXISTS (${listed}))`;

const note = prepareChange<Sending>(
  sql`INSERT INTO ${announcements} (id, seq, audience, device, last_user, msg_id, content, reach, pushed_up_to, woken_up_to, sent_at)
    SELECT ${p('id')}, ${lastSeq} + 1, ${p('audience')}, ${p('device')}, COALESCE(${lastUser}, 0), ${p('msgId')}, ${p('content')},
      CASE WHEN ${p('users')} = '' THEN ${reach} ELSE 0 END, ${p('pushedUpTo')}, 0, ${p('now')} WHERE ${orTaken(sql`${isRoom} AND ${isOfSomebody}`, sent)}`,
);
const aim = prepareChange<Pick<Sending, 'id' | 'users'>>(
  sql`INSERT INTO ${announcementTargets} (announcement_id, user_id)
    SELECT ${p('id')}, l.user_id FROM (${listed}) AS l WHERE ${sent}`,
);
/** Those of a list are looked up once, when it is stored. */
const count = prepareChange<Pick<Sending, 'id'>>(
  sql`UPDATE ${announcements} SET reach = (SELECT count(*) FROM ${announcementTargets} AS t WHERE t.announcement_id = ${p('id')})
    WHERE id = ${p('id')} AND audience = ${raw(AUDIENCE.list)}`,
);
/** The one row for all of its readers. */
const say = prepareChange<Pick<Sending, 'id'>>(
  sql`${INTO_INBOX} (seq, user_id, type, msg_id, from_id, from_type, dest_id, content, created_at)
    SELECT n.seq, ${everybody}, ${raw(TEXT)}, n.msg_id, ${raw(OFFICIAL)}, ${raw(FROM.person)}, 0, n.content, n.sent_at
    FROM ${announcements} AS n WHERE n.id = ${p('id')}`,
  { rings: 'events' },
);

/**
 * The batch that sends an announcement: `noted` marks it. It is one row of the inbox, however many it is for.
 * @param push whether phones of those who are away are told, too
 */
export function announcing(
  { clock, random }: Pick<Platform, 'clock' | 'random'>,
  id: AnnouncementId,
  { to, content, push }: { readonly to: To; readonly content: string; readonly push: boolean },
) {
  const now = clock.now();
  const audience = typeof to === 'object' ? AUDIENCE.list : to === 'all' ? AUDIENCE.all : AUDIENCE.kind;
  const values: Sending = {
    ...toValues(to),
    id,
    audience,
    msgId: randomText(random, 22),
    content,
    pushedUpTo: push ? 0 : null,
    now,
    dayBefore: lowestIdAt(now - DAY_MS),
  };
  return { noted: note(values), aimed: aim(values), counted: count(values), said: say(values) };
}
