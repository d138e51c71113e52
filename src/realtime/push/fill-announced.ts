import { sql } from 'drizzle-orm';
import { AUDIENCE, announcements, announcementTargets } from '../../../db/schema/announcements.ts';
import { inbox } from '../../../db/schema/inbox.ts';
import { pushOutbox } from '../../../db/schema/push.ts';
import { pushDevices } from '../../../db/schema/sessions.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { Looked } from './fill.ts';
import { isLate, isWanted } from './wanted.ts';

/** Devices, or people of a list, whom one step looks at: so a step has room for what else is to be told. */
const TOGETHER = sql.raw('200');

type Told = Pick<Looked, 'now' | 'oldest'>;

/** The announcement that phones are being told of. */
const current = sql`SELECT n.id, n.seq, n.audience, n.device, n.last_user, n.pushed_up_to FROM ${announcements} AS n
  WHERE n.pushed_up_to IS NOT NULL ORDER BY n.id LIMIT 1`;
const list = sql.raw(String(AUDIENCE.list));
/** The next of those who may have to be told, by number: devices, or where there is a list the people on it. */
const devices = sql`SELECT d.user_id FROM ${pushDevices} AS d WHERE (SELECT audience FROM now_told) <> ${list}
  AND d.user_id > (SELECT pushed_up_to FROM now_told) AND d.user_id <= (SELECT last_user FROM now_told)
  ORDER BY d.user_id LIMIT ${TOGETHER}`;
const people = sql`SELECT t.user_id FROM ${announcementTargets} AS t WHERE (SELECT audience FROM now_told) = ${list}
  AND t.announcement_id = (SELECT id FROM now_told) AND t.user_id > (SELECT pushed_up_to FROM now_told)
  ORDER BY t.user_id LIMIT ${TOGETHER}`;
const step = sql`WITH now_told AS MATERIALIZED (${current}),
  next_told AS MATERIALIZED (SELECT user_id FROM (${devices}) UNION ALL SELECT user_id FROM (${people}))`;

const fillNext = prepareChange<Told>(
  sql`INSERT INTO ${pushOutbox} (seq, user_id, device, due_at)
    ${step} SELECT i.seq, d.user_id, d.device, ${p('now')}
    FROM now_told CROSS JOIN ${inbox} AS i ON i.seq = now_told.seq
      CROSS JOIN next_told CROSS JOIN ${pushDevices} AS d ON d.user_id = next_told.user_id
    WHERE (now_told.device IS NULL OR d.device = now_told.device) AND NOT ${isLate} AND ${isWanted(sql`d.user_id`)} ON CONFLICT DO NOTHING`,
);
/** There is no next one, or what it tells is gone or too old. */
const isOver = sql`((SELECT count(*) FROM next_told) < ${TOGETHER} OR NOT EXISTS (SELECT 1 FROM ${inbox} AS i
  WHERE i.seq = (SELECT seq FROM now_told) AND NOT ${isLate}))`;
const moveOn = prepareChange<Pick<Told, 'oldest'>>(
  sql`${step} UPDATE ${announcements} SET pushed_up_to = CASE WHEN ${isOver} THEN NULL ELSE (SELECT MAX(user_id) FROM next_told) END
    WHERE id = (SELECT id FROM now_told)`,
);

/** Statements that put the next phones that an announcement goes to into the outbox. `announced` is 1 where there is one. */
export const fillAnnounced = (told: Told) => ({
  filledOfAnnouncement: fillNext(told),
  announced: moveOn(told),
});
