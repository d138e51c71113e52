import { sql } from 'drizzle-orm';
import {
  momentAudience,
  momentComments,
  momentMentions,
  momentPraises,
  moments,
} from '../../../db/schema/moments.ts';
import type { MomentId, UserId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';

const isMine = sql`id = ${p('moment')} AND author_id = ${p('me')}`;
const deleteMoment = prepareChange<{ moment: MomentId; me: UserId }>(
  sql`DELETE FROM ${moments} WHERE ${isMine}`,
);
const deleteParts = [momentComments, momentPraises, momentMentions, momentAudience].map((table) =>
  prepareChange<{ moment: MomentId; me: UserId }>(
    sql`DELETE FROM ${table} WHERE moment_id = ${p('moment')} AND EXISTS (SELECT 1 FROM ${moments} WHERE ${isMine})`,
  ),
);

/** Deletes a moment of the caller's with all that hangs on it. Refuses `NO_SUCH_MOMENT`. */
export async function removeMoment(context: CallerContext, moment: MomentId): Promise<void> {
  const values = { me: context.caller.userId, moment };
  const { removed } = await context.db.write({
    parts: deleteParts.map((part) => part(values)),
    removed: deleteMoment(values),
  });
  if (removed === 0) refuse('NO_SUCH_MOMENT');
}
