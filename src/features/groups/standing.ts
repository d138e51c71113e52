import { sql } from 'drizzle-orm';
import { groupMembers, groups, MEMBER } from '../../../db/schema/groups.ts';
import type { GroupId, UserId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { myRole, theirRole } from './guards.ts';
import { hasRoom } from './joining/admission.ts';
import { feeInForce } from './joining/fee.ts';
import { levelInForce } from './levels/level.ts';
import { isRemoved } from './sanctions.ts';

/** What the statements here want. */
type Wanted = {
  readonly now: number;
  readonly group: GroupId;
  readonly me: UserId;
  readonly whom: UserId;
};

/** A living group, and how two people stand to it. */
export type Standing = {
  readonly name: string;
  readonly ownerId: number;
  readonly joinMode: number;
  /** As it counts now. */
  readonly level: number;
  /** Fen that joining costs now, in mode 6. */
  readonly fee: number;
  readonly isDismissed: number;
  readonly isFull: number;
  /** 1 owner, 2 admin, 3 member, null no member. */
  readonly myRole: number | null;
  readonly theirRole: number | null;
  /** 1 when the caller was removed, and nobody has let them in since. */
  readonly isRemoved: number;
  /** 1 when the other one's request waits. */
  readonly theyWait: number;
};

/** How `me` and `whom` stand to a group: `group`, `me`, `whom`, `now`. */
export const findStanding = prepareRead<Wanted, Standing>(
  sql`SELECT name, owner_id, join_mode, ${levelInForce}, ${feeInForce}, dismissed_at IS NOT NULL, NOT (${hasRoom}),
      ${myRole}, ${theirRole}, ${isRemoved(p('group'), p('me'))}, EXISTS (SELECT 1 FROM ${groupMembers}
        WHERE group_id = ${p('group')} AND user_id = ${p('whom')} AND state = ${MEMBER.waits})
    FROM ${groups} WHERE id = ${p('group')}`,
  [
    'name',
    'ownerId',
    'joinMode',
    'level',
    'fee',
    'isDismissed',
    'isFull',
    'myRole',
    'theirRole',
    'isRemoved',
    'theyWait',
  ],
);

/** The caller's standing, for a call that only reads, or to say why a change was refused. Refuses `NO_SUCH_GROUP`. */
export async function standingOf(context: CallerContext, group: GroupId, whom?: UserId): Promise<Standing> {
  const me = context.caller.userId;
  const now = context.clock.now();
  const [standing] = await context.db.read(findStanding({ group, me, whom: whom ?? me, now }));
  if (!standing || standing.isDismissed === 1) refuse('NO_SUCH_GROUP');
  return standing;
}

/** The same, of a member: refuses `NOT_A_MEMBER`, too. */
export async function memberStanding(
  context: CallerContext,
  group: GroupId,
  whom?: UserId,
): Promise<Standing> {
  const standing = await standingOf(context, group, whom);
  if (standing.myRole === null) refuse('NOT_A_MEMBER');
  return standing;
}

/** Ends a call whose claim was refused for want of a role: `NO_SUCH_GROUP`, `NOT_A_MEMBER` or `NOT_ALLOWED`. */
export async function refuseClaim(context: CallerContext, group: GroupId): Promise<never> {
  await memberStanding(context, group);
  refuse('NOT_ALLOWED');
}
