import { sql } from 'drizzle-orm';
import { deletions } from '../../../db/schema/deletions.ts';
import { USER, users } from '../../../db/schema/users.ts';
import type { ChangeId, UserId } from '../../core/ids.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { noticeValues, prepareNotice } from '../../realtime/notices.ts';
import { isUnder } from '../steps/conditions.ts';

type Account = { readonly user: UserId };

/** How the deletion of an account stands. Times are epoch ms. */
export type Deletion = {
  readonly askedAt: number;
  readonly dueAt: number;
  /** 0 while it waits. */
  readonly step: number;
  readonly mayReturn: number;
  readonly erasedAt: number | null;
};
/** The deletion of an account; none where nobody has asked for it, or it was taken back. */
export const findDeletion = prepareRead<Account, Deletion>(
  sql`SELECT asked_at, due_at, step, may_return, erased_at FROM ${deletions} WHERE user_id = ${p('user')}`,
  ['askedAt', 'dueAt', 'step', 'mayReturn', 'erasedAt'],
);

type Returning = Account & { readonly mark_change: ChangeId; readonly now: number };
const waits = sql`user_id = ${p('user')} AND step = 0`;
const takeBack = prepareChange<Returning>(
  sql`UPDATE ${deletions} SET change_id = ${p('mark_change')} WHERE ${waits}`,
);
const takeBackOwn = prepareChange<Returning & { readonly hash: string }>(
  sql`UPDATE ${deletions} SET change_id = ${p('mark_change')} WHERE ${waits} AND may_return = 1 AND NOT ${isUnder('account', p('user'))}
    AND EXISTS (SELECT 1 FROM ${users} WHERE id = ${p('user')} AND password_hash = ${p('hash')})`,
);
const takenBack = sql`EXISTS (SELECT 1 FROM ${deletions} WHERE user_id = ${p('user')} AND change_id = ${p('mark_change')})`;
const mayOpen = sql`EXISTS (SELECT 1 FROM ${deletions} WHERE user_id = ${p('user')} AND change_id = ${p('mark_change')} AND may_return = 1)
  AND NOT ${isUnder('account', p('user'))}`;
const open = prepareChange<Returning>(
  sql`UPDATE ${users} SET status = ${USER.valid}, updated_at = ${p('now')} WHERE id = ${p('user')} AND ${mayOpen}`,
);
const tell = prepareNotice<Returning>(p('user'), takenBack);
const forget = prepareChange<Returning>(
  sql`DELETE FROM ${deletions} WHERE user_id = ${p('user')} AND change_id = ${p('mark_change')}`,
);

type Ports = Pick<Platform, 'clock' | 'ids' | 'random'>;

/**
 * The statements that take a deletion back while it waits. `kept` changes a row where it did. The account opens again,
 * unless an operator has shut it meanwhile.
 * @param hash of the password that was proved, where the owner takes it back: then only while nobody has shut it
 */
export function keeping(home: Ports, user: UserId, hash?: string) {
  const values = { user, now: home.clock.now(), mark_change: home.ids.mark() };
  return {
    kept: hash === undefined ? takeBack(values) : takeBackOwn({ ...values, hash }),
    opened: open(values),
    told: tell({ ...values, ...noticeValues(home, 'deletionTakenBack') }),
    forgotten: forget(values),
  };
}
