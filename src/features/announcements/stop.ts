import { sql } from 'drizzle-orm';
import { announcements } from '../../../db/schema/announcements.ts';
import { inbox } from '../../../db/schema/inbox.ts';
import type { AnnouncementId, ChangeId } from '../../core/ids.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import { everybody } from '../../realtime/audience.ts';
import type { Platform } from '../../realtime/context.ts';

type Stopping = { readonly announcement: AnnouncementId; readonly mark_change: ChangeId };

const stop = prepareChange<Stopping & { now: number }>(
  sql`UPDATE ${announcements} SET stopped_at = ${p('now')}, change_id = ${p('mark_change')}, pushed_up_to = NULL, woken_up_to = NULL
    WHERE id = ${p('announcement')} AND stopped_at IS NULL`,
);
/** Without its row nobody is told any more, wherever they were on their way to it. */
const takeAway = prepareChange<Stopping>(
  sql`DELETE FROM ${inbox} WHERE user_id = ${everybody} AND seq = (SELECT n.seq FROM ${announcements} AS n
    WHERE n.id = ${p('announcement')} AND n.change_id = ${p('mark_change')})`,
);

/** The batch that stops an announcement: `stopped` marks it. Nobody else gets it, and the history does not show it. */
export function stopping({ clock, ids }: Pick<Platform, 'clock' | 'ids'>, announcement: AnnouncementId) {
  const values: Stopping = { announcement, mark_change: ids.mark() };
  return { stopped: stop({ ...values, now: clock.now() }), takenAway: takeAway(values) };
}
