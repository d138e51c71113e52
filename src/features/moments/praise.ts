import { sql } from 'drizzle-orm';
import { momentPraises, moments } from '../../../db/schema/moments.ts';
import type { MomentId, PraiseId, UserId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import { orTaken, rowOf } from '../../platform/database/mark.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { eventValues, prepareEvent } from '../../realtime/events.ts';
import { EVENT, FROM } from '../../realtime/message-types.ts';
import { listeners, momentContent } from './audience.ts';
import { isVisible } from './queries.ts';
import { maySee } from './visibility.ts';

/** What the statements here want. */
type Wanted = { readonly moment: MomentId; readonly me: UserId; readonly praise: PraiseId };

const mine = sql`${momentPraises} WHERE moment_id = ${p('moment')} AND user_id = ${p('me')}`;
const mayPraise = sql`EXISTS (SELECT 1 FROM ${moments} AS m WHERE m.id = ${p('moment')} AND ${maySee('m', p('me'))})
  AND NOT EXISTS (SELECT 1 FROM ${mine})`;
const given = rowOf(momentPraises, 'praise');
const insertPraise = prepareChange<{ praise: PraiseId; moment: MomentId; me: UserId; now: number }>(
  sql`INSERT INTO ${momentPraises} (id, moment_id, user_id, created_at)
    SELECT ${p('praise')}, ${p('moment')}, ${p('me')}, ${p('now')} WHERE ${orTaken(mayPraise, given)}`,
);
const tell = prepareEvent<Wanted & { reply: number }>(listeners(given), momentContent());

/**
 * Praises a moment that the caller may see and tells who listens (event 38). Once a person: a second praise
 * changes nothing and tells nobody. Refuses `NO_SUCH_MOMENT`.
 */
export async function praise(context: CallerContext, moment: MomentId): Promise<void> {
  const me = context.caller.userId;
  const facts = { type: EVENT.momentPraised, from: me, fromType: FROM.person };
  const values = {
    ...eventValues(context, facts),
    praise: context.ids.next<PraiseId>(),
    now: context.clock.now(),
    moment,
    me,
    reply: 0,
  };
  const { visible } = await context.db.write({
    insertPraise: insertPraise(values),
    tell: tell(values),
    visible: isVisible({ me, moment }),
  });
  if (visible.length === 0) refuse('NO_SUCH_MOMENT');
}

const deletePraise = prepareChange<{ moment: MomentId; me: UserId }>(sql`DELETE FROM ${mine}`);
const deleteUnderMine = prepareChange<Wanted>(
  sql`DELETE FROM ${momentPraises} WHERE moment_id = ${p('moment')} AND id = ${p('praise')} AND EXISTS
    (SELECT 1 FROM ${moments} AS m WHERE m.id = ${p('moment')} AND m.author_id = ${p('me')})`,
);

/**
 * Takes the caller's praise back, also from a moment that they may not see any more. Where there is none,
 * a visible moment is answered the same, so that a retry is harmless. Refuses `NO_SUCH_MOMENT`.
 */
export async function unpraise(context: CallerContext, moment: MomentId): Promise<void> {
  const values = { me: context.caller.userId, moment };
  const { changes, visible } = await context.db.write({
    changes: deletePraise(values),
    visible: isVisible(values),
  });
  if (changes === 0 && visible.length === 0) refuse('NO_SUCH_MOMENT');
}

/** Deletes somebody's praise under a moment of the caller's. Refuses `NO_SUCH_MOMENT`. */
export async function removePraise(context: CallerContext, moment: MomentId, praise: PraiseId) {
  const changes = await context.db.write(deleteUnderMine({ me: context.caller.userId, moment, praise }));
  if (changes === 0) refuse('NO_SUCH_MOMENT');
}
