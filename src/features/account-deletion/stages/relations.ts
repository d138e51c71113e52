import { sql } from 'drizzle-orm';
import { FRIEND, friendships } from '../../../../db/schema/friends.ts';
import { groupMembers, groupNotes, groups, MEMBER, ROLE } from '../../../../db/schema/groups.ts';
import type { GroupId, UserId } from '../../../core/ids.ts';
import { p, prepareChange, prepareRead } from '../../../platform/database/query.ts';
import { endingFriendship } from '../../friends/end.ts';
import { dismissing } from '../../groups/dismiss.ts';
import { leaving } from '../../groups/members/leave.ts';
import { inTheNameOf, type Stage } from '../stage.ts';

/** Friendships or groups of one step: each is a batch of its own. */
const AT_ONCE = 10;
const some = sql`LIMIT ${sql.raw(String(AT_ONCE))}`;

const findFriends = prepareRead<{ readonly user: UserId }, { friend: UserId }>(
  sql`SELECT friend_id FROM ${friendships} WHERE user_id = ${p('user')} AND state = ${FRIEND.friends} ${some}`,
  ['friend'],
);

/** Each friendship ends, and the friend is told. */
export const endFriendships: Stage = async (platform, { userId, cursor }) => {
  const friends = await platform.db.read(findFriends({ user: userId }));
  for (const { friend } of friends)
    await platform.db.write(endingFriendship(inTheNameOf(platform, userId), friend));
  return friends.length < AT_ONCE ? 'done' : { cursor };
};

const findGroups = prepareRead<
  { readonly user: UserId; readonly cursor: number },
  { row: number; group: GroupId; isOwner: number }
>(
  sql`SELECT rowid, group_id, role = ${ROLE.owner} FROM ${groupMembers}
    WHERE user_id = ${p('user')} AND state = ${MEMBER.joined} AND rowid > ${p('cursor')} ORDER BY rowid ${some}`,
  ['row', 'group', 'isOwner'],
);
const emptied = sql`UPDATE ${groups} SET name = '', search_name = '', description = '', detail = '', head_url = '',
  question = '', answer = '', welcome = '' WHERE owner_id = ${p('user')}`;
const emptyGroup = prepareChange<{ readonly user: UserId; readonly group: GroupId }>(
  sql`${emptied} AND id = ${p('group')}`,
);
const emptyDismissed = prepareChange<{ readonly user: UserId }>(sql`${emptied} AND dismissed_at IS NOT NULL`);
const dropNotes = prepareChange<{ readonly user: UserId }>(
  sql`DELETE FROM ${groupNotes} WHERE group_id IN
    (SELECT id FROM ${groups} WHERE owner_id = ${p('user')} AND dismissed_at IS NOT NULL)`,
);

/** Owned groups are dismissed, with what they said of themselves; the others are left. Members are told. */
export const leaveGroups: Stage = async (platform, { userId, cursor }) => {
  const found = await platform.db.read(findGroups({ user: userId, cursor }));
  const me = inTheNameOf(platform, userId);
  for (const { group, isOwner } of found)
    await platform.db.write(
      isOwner
        ? { emptied: emptyGroup({ user: userId, group }), ...dismissing(me, group) }
        : leaving(me, group),
    );
  const last = found.at(-1);
  if (last && found.length === AT_ONCE) return { cursor: last.row };
  await platform.db.write({ emptied: emptyDismissed({ user: userId }), notes: dropNotes({ user: userId }) });
  return 'done';
};
