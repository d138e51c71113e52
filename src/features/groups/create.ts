import { sql } from 'drizzle-orm';
import { FOUND, groupMembers, groups, MEMBER, ROLE } from '../../../db/schema/groups.ts';
import type { ChangeId, GroupId, UserId } from '../../core/ids.ts';
import { fold } from '../../core/text/fold.ts';
import { refuse } from '../../http/failure.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { eventValues } from '../../realtime/events.ts';
import { EVENT, FROM } from '../../realtime/message-types.ts';
import { prepareAddedEvent } from './joining/admission.ts';
import { friendsAmong } from './joining/friends.ts';
import { firstCapacity } from './levels/level.ts';

/** What the statements here want. */
type Wanted = {
  readonly name: string;
  readonly searchName: string;
  readonly me: UserId;
  readonly mark_change: ChangeId;
  readonly now: number;
  readonly ids: string;
};

/** The group that this batch made; its number is the next in turn, so only the database can give it. */
const made = sql`(SELECT max(id) FROM ${groups} WHERE owner_id = ${p('me')} AND change_id = ${p('mark_change')})`;
/** A user who owns so many groups makes no more: each comes with every login of its members. */
const MAX_OWNED = 500;
const hasRoom = sql`(SELECT count(*) FROM ${groups} WHERE owner_id = ${p('me')} AND dismissed_at IS NULL) < ${MAX_OWNED}`;
const insertGroup = prepareChange<Wanted>(
  sql`INSERT INTO ${groups} (name, search_name, owner_id, change_id, created_at)
    SELECT ${p('name')}, ${p('searchName')}, ${p('me')}, ${p('mark_change')}, ${p('now')}
    WHERE ${hasRoom} AND (SELECT count(*) FROM (${friendsAmong})) < ${firstCapacity}`,
);
const insertOwner = prepareChange<{ me: UserId; mark_change: ChangeId; now: number }>(
  sql`INSERT INTO ${groupMembers} (group_id, user_id, state, role, change_id, created_at)
    SELECT ${made}, ${p('me')}, ${MEMBER.joined}, ${ROLE.owner}, ${p('mark_change')}, ${p('now')} WHERE ${made} IS NOT NULL`,
);
const insertFriends = prepareChange<Wanted>(
  sql`INSERT INTO ${groupMembers} (group_id, user_id, state, role, inviter_id, join_type, change_id, created_at)
    SELECT ${made}, user_id, ${MEMBER.joined}, ${ROLE.member}, ${p('me')}, ${FOUND.invited}, ${p('mark_change')}, ${p('now')} FROM (${friendsAmong})
    WHERE ${made} IS NOT NULL`,
);
const tellFriends = prepareAddedEvent(made);
const findMade = prepareRead<{ me: UserId; mark_change: ChangeId }, { id: GroupId | null; hasRoom: number }>(
  sql`SELECT ${made}, ${hasRoom}`,
  ['id', 'hasRoom'],
);

/**
 * Makes a group of the caller's with those of `people` who are their friends; the others are passed over, and
 * friends need no longer accept (docs/decisions.md#groups).
 * @returns its number; refuses `GROUP_FULL` where they are more than a new group holds, and `TOO_MANY_GROUPS`
 */
export async function createGroup(
  context: CallerContext,
  name: string,
  people: readonly UserId[],
): Promise<GroupId> {
  const me = context.caller.userId;
  const values = {
    me,
    name,
    searchName: fold(name),
    ids: JSON.stringify(people),
    mark_change: context.ids.mark(),
    now: context.clock.now(),
  };
  const added = eventValues(context, { type: EVENT.addedToGroup, from: me, fromType: FROM.group });
  const {
    group: [group],
  } = await context.db.write({
    insertGroup: insertGroup(values),
    insertOwner: insertOwner(values),
    insertFriends: insertFriends(values),
    tellFriends: tellFriends({ ...values, ...added }),
    group: findMade(values),
  });
  return group?.id ?? refuse(group?.hasRoom === 0 ? 'TOO_MANY_GROUPS' : 'GROUP_FULL');
}
