import { sql } from 'drizzle-orm';
import { sessions } from '../../../db/schema/sessions.ts';
import type { UserId } from '../../core/ids.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { unbindKind } from '../push-devices/unbind.ts';
import { loggedOut } from './login-events.ts';

const endSession = prepareChange<{ now: number; user: UserId; device: number }>(
  sql`UPDATE ${sessions} SET ended_at = ${p('now')} WHERE user_id = ${p('user')} AND device = ${p('device')} AND ended_at IS NULL`,
  { rings: 'sessions' },
);

/** Ends the session of a device kind (by default the caller's own) and stops its push messages. */
export async function logOut(context: CallerContext, device: number | undefined): Promise<void> {
  const values = {
    user: context.caller.userId,
    device: device ?? context.caller.device,
    now: context.clock.now(),
  };
  await context.db.write({
    endSession: endSession(values),
    loggedOut: loggedOut(context, values.device),
    unbindKind: unbindKind(values),
  });
}
