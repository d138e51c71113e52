import { sql } from 'drizzle-orm';
import { UPLOAD, uploads, uploadWalks } from '../../../../db/schema/uploads.ts';
import type { ChangeId, UserId } from '../../../core/ids.ts';
import { p, prepareChange, prepareRead } from '../../../platform/database/query.ts';
import type { Stage } from '../stage.ts';

/** How long the job lets others go first while files are looked through for names. */
const PATIENCE_MS = 10 * 60_000;
/** Files of one step. */
const AT_ONCE = 200;
const some = sql`LIMIT ${sql.raw(String(AT_ONCE))}`;

const user = p('user');
type Whose = { readonly user: UserId };

const look = prepareRead<Whose, { has: number; completed: number }>(
  sql`SELECT EXISTS (SELECT 1 FROM ${uploads} WHERE owner_id = ${user}),
    COALESCE((SELECT completed FROM ${uploadWalks} WHERE name = 'names'), 0)`,
  ['has', 'completed'],
);
/** What nobody's words name since goes at once; what somebody's do belongs to nobody, and goes with the last of them. */
const disown = prepareChange<
  Whose & { readonly since: number; readonly now: number; readonly mark_upload: ChangeId }
>(
  sql`UPDATE ${uploads} SET owner_id = NULL, is_kept = 0, change_id = ${p('mark_upload')}, is_pending = CASE WHEN ${goes()} THEN 1 ELSE is_pending END,
      erased_at = CASE WHEN ${goes()} THEN ${p('now')} ELSE erased_at END, state_since = CASE WHEN ${goes()} THEN ${p('now')} ELSE state_since END,
      state = CASE WHEN ${goes()} THEN ${UPLOAD.gone} ELSE state END
    WHERE key IN (SELECT key FROM ${uploads} WHERE owner_id = ${user} ORDER BY key ${some})`,
);
function goes() {
  return sql`erased_at IS NULL AND (state IN (${UPLOAD.trash}, ${UPLOAD.gone}) OR state = ${UPLOAD.live} AND named_at < ${p('since')})`;
}

/**
 * The person's files. A new walk through all names comes first: what they wrote is gone by now, so that it finds named
 * what somebody else names, too. `cursor` is when that wait began.
 */
export const disownUploads: Stage = async ({ db, clock, ids }, { userId, cursor }) => {
  const now = clock.now();
  const [found] = await db.read(look({ user: userId }));
  if (!found?.has) return 'done';
  if (cursor === 0) return { cursor: now, notBefore: now + PATIENCE_MS };
  if (found.completed < cursor) return { cursor, notBefore: now + PATIENCE_MS };
  await db.write(disown({ user: userId, since: cursor, now, mark_upload: ids.mark() }));
  return { cursor };
};
