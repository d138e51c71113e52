import { sql } from 'drizzle-orm';
import { groups } from '../../../../db/schema/groups.ts';
import { type Allowance, inSlices } from '../../../core/in-slices.ts';
import { p, prepareChange, prepareRead } from '../../../platform/database/query.ts';
import type { Platform } from '../../../realtime/context.ts';
import { INTO_INBOX } from '../../../realtime/inbox.ts';
import { EVENT, FROM } from '../../../realtime/message-types.ts';

const now = p('now');
/** Groups that one step looks at. */
const TOGETHER = 500;
const untold = sql`id IN (SELECT g.id FROM ${groups} AS g WHERE g.expiry_told < g.level_expires_at
  AND g.level_expires_at <= ${now} ORDER BY g.level_expires_at, g.id LIMIT ${sql.raw(String(TOGETHER))})`;
const anyUntold = prepareRead<{ now: number }, { id: number }>(
  sql`SELECT id FROM ${groups} WHERE ${untold} LIMIT 1`,
  ['id'],
);
const tellOwners = prepareChange<{ now: number }>(
  sql`${INTO_INBOX} (user_id, type, msg_id, from_id, from_type, dest_id, content, created_at)
    SELECT owner_id, ${EVENT.groupLevelExpired}, 'level-' || id || '-' || level_expires_at, id, ${FROM.group}, id,
      json_object('groupId', CAST(id AS TEXT), 'groupName', name, 'expire', CAST(level_expires_at AS TEXT)), ${now}
    FROM ${groups} WHERE ${untold} AND dismissed_at IS NULL ORDER BY level_expires_at, id`,
  { rings: 'events' },
);
const markTold = prepareChange<{ now: number }>(
  sql`UPDATE ${groups} SET expiry_told = level_expires_at WHERE ${untold}`,
);

/** Tells owners that their group's level has expired (event 58), once an expiry: event and mark are one batch. */
export async function remindOfExpiredLevels({ db, clock }: Platform, allowance?: Allowance): Promise<number> {
  if ((await db.read(anyUntold({ now: clock.now() }))).length === 0) return 0;
  let total = 0;
  const step = async () => {
    const values = { now: clock.now() };
    const { told, marked } = await db.write({ told: tellOwners(values), marked: markTold(values) });
    total += told;
    return marked === TOGETHER;
  };
  await inSlices(clock, step, { allowance });
  return total;
}
