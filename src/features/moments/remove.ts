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

/** The statements that delete a moment with all that hangs on it. `removed` changes a row where it is theirs. */
export function removing(author: UserId, moment: MomentId) {
  const values = { me: author, moment };
  return { parts: deleteParts.map((part) => part(values)), removed: deleteMoment(values) };
}

/** Deletes a moment of the caller's with all that hangs on it. Refuses `NO_SUCH_MOMENT`. */
export async function removeMoment(context: CallerContext, moment: MomentId): Promise<void> {
  const { removed } = await context.db.write(removing(context.caller.userId, moment));
  if (removed === 0) refuse('NO_SUCH_MOMENT');
}
