import { type SQL, sql } from 'drizzle-orm';
import { type Found, groupMembers, groups, JOIN, MEMBER, ROLE } from '../../../../db/schema/groups.ts';
import { users } from '../../../../db/schema/users.ts';
import type { ChangeId, GroupId, UserId } from '../../../core/ids.ts';
import {
  type NoMore,
  type Prepared,
  p,
  prepareChange,
  type Values,
} from '../../../platform/database/query.ts';
import { prepareEvent } from '../../../realtime/events.ts';
import { lastSeq } from '../../../realtime/inbox.ts';
import { isMemberOf, membersOf } from '../../../realtime/relations.ts';
import { capacity, levelInForce } from '../levels/level.ts';
import { isRemoved } from '../sanctions.ts';
import { feeInForce } from './fee.ts';

/**
 * The ways into a group, for every batch that leads somebody in, paid joining included.
 * Placeholders: `group`, `me`, `mark_change` (the call's mark), `now`; `joinType` in `prepareAdmission`.
 */

const members = sql`(SELECT count(*) FROM (${membersOf(p('group'))}))`;

/**
 * Condition on a row of `groups`: as many more members still fit. Exact, because it stands in the batch that adds
 * them.
 */
export const hasRoomFor = (newcomers: SQL) => sql`${members} + ${newcomers} <= ${capacity}`;
export const hasRoom = hasRoomFor(sql`1`);

/**
 * Condition of a batch that takes the fee for joining. The group is there, is in mode 6 with a level that allows
 * it, has room, and `me` is neither in it nor was removed from it.
 */
export const mayPayToJoin = sql`EXISTS (SELECT 1 FROM ${groups} WHERE id = ${p('group')} AND dismissed_at IS NULL
  AND join_mode = ${JOIN.paid} AND ${levelInForce} >= 1 AND ${feeInForce} > 0 AND ${hasRoom}
  AND NOT ${isRemoved(p('group'), p('me'))}
  AND NOT ${isMemberOf(p('group'), p('me'))})`;

/** Those who wait already keep their place; those who were invited stay so. */
const orTakeUpRequest = sql`ON CONFLICT (group_id, user_id) DO UPDATE SET state = excluded.state,
  join_type = CASE inviter_id WHEN 0 THEN excluded.join_type ELSE 0 END, application = excluded.application,
  change_id = excluded.change_id, created_at = excluded.created_at WHERE state = ${MEMBER.waits}`;

/** What an entry wants. */
type EntryValues = {
  readonly group: GroupId;
  readonly me: UserId;
  readonly joinType: Found;
  readonly mark_change: ChangeId;
  readonly now: number;
};

/** Makes `me` a member, or (`MEMBER.waits`) one who waits, where the batch's mark holds. */
export const prepareEntry = <Wanted extends Values = NoMore>(
  state: SQL,
  application: SQL,
  mark: SQL,
): Prepared<number, Wanted & EntryValues> =>
  prepareChange<Wanted & EntryValues>(
    sql`INSERT INTO ${groupMembers} (group_id, user_id, state, join_type, application, change_id, created_at)
      SELECT ${p('group')}, ${p('me')}, ${state}, ${p('joinType')}, ${application}, ${p('mark_change')}, ${p('now')}
      WHERE ${mark} ${orTakeUpRequest}`,
  );

/** Makes `me` a member where the mark of another feature's batch holds: the last step of joining for a fee. */
export const prepareAdmission = <Wanted extends Values>(mark: SQL): Prepared<number, Wanted & EntryValues> =>
  prepareEntry<Wanted>(sql`${MEMBER.joined}`, sql`''`, mark);

const newcomers = sql`${groupMembers} AS newcomer JOIN ${users} AS person ON person.id = newcomer.user_id`;
const card = sql`json_object('name', recipient.name, 'headUrl', recipient.head_url)`;

type OfNewcomers = { readonly group: GroupId; readonly mark_change: ChangeId };
const tellOfNewcomers = prepareEvent<OfNewcomers & { readonly me: UserId }>(
  sql`SELECT -newcomer.group_id AS user_id, newcomer.user_id AS from_id, person.name, person.head_url FROM ${newcomers}
    WHERE newcomer.group_id = ${p('group')} AND newcomer.state = ${MEMBER.joined} AND newcomer.change_id = ${p('mark_change')}`,
  card,
  { from: sql`recipient.from_id`, except: p('me') },
);
const beginBehindThat = prepareChange<OfNewcomers>(
  sql`UPDATE ${groupMembers} SET joined_seq = ${lastSeq} WHERE group_id = ${p('group')} AND state = ${MEMBER.joined}
    AND change_id = ${p('mark_change')} AND joined_seq < ${lastSeq}`,
);
/**
 * Event 8 to the older members but `me`, one for everybody whom this batch made a member. These get what is said from
 * then on.
 */
export const tellMembersOfNewcomers = (values: Parameters<typeof tellOfNewcomers>[0]) =>
  [tellOfNewcomers(values), beginBehindThat(values)] as const;

/** Event 10 to everybody whom this batch made a member: it names the inviter and the group. */
export const prepareAddedEvent = <Wanted extends Values = NoMore>(group: SQL) =>
  prepareEvent<Wanted & { readonly me: UserId; readonly mark_change: ChangeId }>(
    sql`SELECT newcomer.user_id, person.name, person.head_url FROM ${newcomers}
      WHERE newcomer.group_id = ${group} AND newcomer.state = ${MEMBER.joined} AND newcomer.change_id = ${p('mark_change')}
        AND newcomer.user_id <> ${p('me')}`,
    sql`(SELECT json_object('name', recipient.name, 'headUrl', recipient.head_url, 'groupId', id, 'groupName', name,
      'groupHeadUrl', head_url, 'inviterId', ${p('me')}) FROM ${groups} WHERE id = ${group})`,
    { from: sql`recipient.user_id`, dest: group },
  );

/** Event 59 to the owner and admins, the join answer included, one for everybody who waits since this batch. */
export const tellManagersOfRequests = prepareEvent<{ group: GroupId; mark_change: ChangeId; now: number }>(
  sql`SELECT manager.user_id, waiting.user_id AS from_id, waiting.inviter_id, waiting.application
    FROM ${groupMembers} AS waiting JOIN ${groupMembers} AS manager ON manager.group_id = waiting.group_id
      AND manager.state = ${MEMBER.joined} AND manager.role <= ${ROLE.admin}
    WHERE waiting.group_id = ${p('group')} AND waiting.state = ${MEMBER.waits} AND waiting.change_id = ${p('mark_change')}
      AND (EXISTS (SELECT 1 FROM ${groups} WHERE id = ${p('group')} AND join_mode <> ${JOIN.paid})
        OR ${isRemoved(sql`waiting.group_id`, sql`waiting.user_id`)})`,
  sql`(SELECT json_object('groupId', id, 'groupName', name, 'question', question, 'answer', answer,
    'userAnswer', recipient.application, 'inviterId', recipient.inviter_id) FROM ${groups} WHERE id = ${p('group')})`,
  { from: sql`recipient.from_id` },
);
