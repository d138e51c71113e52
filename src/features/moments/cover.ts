import { sql } from 'drizzle-orm';
import { users } from '../../../db/schema/users.ts';
import type { UserId } from '../../core/ids.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { profileChangedEvent } from '../profiles/changed.ts';

const updateCover = prepareChange<{ image: string; now: number; me: UserId }>(
  sql`UPDATE ${users} SET moments_cover = ${p('image')}, updated_at = ${p('now')} WHERE id = ${p('me')}`,
);

/** The picture above the caller's moments: `me`. */
export const findCover = prepareRead<{ me: UserId }, { image: string }>(
  sql`SELECT moments_cover FROM ${users} WHERE id = ${p('me')}`,
  ['image'],
);

/** Changes that picture and tells friends, whose apps keep it (event 26 carries it). */
export async function changeCover(context: CallerContext, image: string): Promise<void> {
  const values = { me: context.caller.userId, image, now: context.clock.now() };
  await context.db.write({
    updateCover: updateCover(values),
    profileChangedEvent: profileChangedEvent(context),
  });
}
