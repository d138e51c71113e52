import { sql } from 'drizzle-orm';
import { groups } from '../../../../db/schema/groups.ts';
import { p, prepareChange } from '../../../platform/database/query.ts';
import type { Platform } from '../../../realtime/context.ts';
import { INTO_INBOX } from '../../../realtime/inbox.ts';
import { EVENT, FROM } from '../../../realtime/message-types.ts';

const now = p('now');
const untold = sql`expiry_told < level_expires_at AND level_expires_at <= ${now}`;
const tellOwners = prepareChange(
  sql`${INTO_INBOX} (user_id, type, msg_id, from_id, from_type, dest_id, content, created_at)
    SELECT owner_id, ${EVENT.groupLevelExpired}, 'level-' || id || '-' || level_expires_at, id, ${FROM.group}, id,
      json_object('groupId', CAST(id AS TEXT), 'groupName', name, 'expire', CAST(level_expires_at AS TEXT)), ${now}
    FROM ${groups} WHERE ${untold} AND dismissed_at IS NULL ORDER BY level_expires_at, id`,
  { rings: 'events' },
);
const markTold = prepareChange(sql`UPDATE ${groups} SET expiry_told = level_expires_at WHERE ${untold}`);

/** Tells owners that their group's level has expired (event 58), once an expiry: event and mark are one batch. */
export async function remindOfExpiredLevels({ db, clock }: Platform): Promise<number> {
  const values = { now: clock.now() };
  const [told] = await db.write(tellOwners(values), markTold(values));
  return told;
}
