import { sql } from 'drizzle-orm';
import { deletions } from '../../../db/schema/deletions.ts';
import { sessions } from '../../../db/schema/sessions.ts';
import { USER, users } from '../../../db/schema/users.ts';
import type { UserId } from '../../core/ids.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';

type Account = { readonly user: UserId; readonly now: number };

const ask = prepareChange<Account>(
  sql`INSERT INTO ${deletions} (user_id, asked_at, due_at, next_at, may_return)
    SELECT id, ${p('now')}, ${p('now')}, ${p('now')}, 0 FROM ${users} WHERE id = ${p('user')}
    ON CONFLICT (user_id) DO UPDATE SET due_at = excluded.due_at, next_at = excluded.next_at, may_return = 0
      WHERE erased_at IS NULL`,
);
const goes = sql`EXISTS (SELECT 1 FROM ${deletions} WHERE user_id = ${p('user')} AND may_return = 0 AND erased_at IS NULL)`;
const shut = prepareChange<Account>(
  sql`UPDATE ${users} SET status = ${USER.disabled}, updated_at = ${p('now')} WHERE id = ${p('user')} AND ${goes}`,
);
const endSessions = prepareChange<Account>(
  sql`UPDATE ${sessions} SET ended_at = ${p('now')} WHERE user_id = ${p('user')} AND ended_at IS NULL AND ${goes}`,
  { rings: 'sessions' },
);

/** Shuts an account that was erased before, on a database that came back from before it, and has it erased again. */
export async function deleteAgain(
  { db, clock }: Pick<Platform, 'db' | 'clock'>,
  user: UserId,
): Promise<void> {
  const values = { user, now: clock.now() };
  await db.write({ asked: ask(values), shut: shut(values), ended: endSessions(values) });
}
