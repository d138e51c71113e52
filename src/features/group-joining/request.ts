import { sql } from 'drizzle-orm';
import { groups } from '../../../db/schema/groups.ts';
import type { CallerContext } from '../../context.ts';
import { type FailureText, refuse } from '../../http/failure.ts';
import type { GroupId } from '../../ids.ts';
import { claimed, isMember, prepareClaim } from '../groups/guards.ts';
import { type Standing, standingOf } from '../groups/standing.ts';
import { changeValues, noticeValues } from '../groups/values.ts';
import { hasRoom, prepareEntry, tellManagersOfRequests, tellMembersOfNewcomers } from './admission.ts';

/** How somebody came upon a group: 0 invited, 1 searched for it, 2 scanned its code. */
export type JoinType = 0 | 1 | 2;

/** What asking to join can be refused for, as listing 51 says it. */
export const joinRefusals = {
  NO_SUCH_GROUP: [-1, '群不存在'],
  ALREADY_MEMBER: [-1, '您已经是群组成员'],
  NOTHING_SAID: [-1, '验证消息不能为空'],
  WRONG_ANSWER: [-2, '加群问题答案不正确'],
  JOINING_CLOSED: [-3, '不允许加入'],
  MUST_PAY: [-4, '请先支付'],
  GROUP_FULL: [-5, '群人数已经到达上限'],
} as const satisfies Record<string, FailureText>;

const p = (name: string) => sql.placeholder(name);
const modeLetsAsk = sql`CASE join_mode WHEN 0 THEN 1 WHEN 1 THEN ${p('answer')} <> '' WHEN 2 THEN ${p('answer')} <> ''
  WHEN 3 THEN answer = ${p('answer')} ELSE 0 END`;
const claim = prepareClaim(sql`NOT (${isMember}) AND ${hasRoom} AND ${modeLetsAsk}`);
/** Modes 0 and 3 let in at once; in 1 and 2 somebody decides. */
const entersAtOnce = sql`(SELECT join_mode IN (0, 3) FROM ${groups} WHERE id = ${p('group')})`;
const enter = prepareEntry(
  entersAtOnce,
  sql`CASE WHEN ${entersAtOnce} THEN '' ELSE ${p('answer')} END`,
  claimed,
);

function refuseToLetIn({ myRole, isFull, joinMode, level }: Standing, answer: string): never {
  if (myRole !== null) refuse('ALREADY_MEMBER');
  if (isFull === 1) refuse('GROUP_FULL');
  // Without its level a group may not take money for joining.
  if (joinMode === 6) refuse(level >= 1 ? 'MUST_PAY' : 'JOINING_CLOSED');
  if ((joinMode === 1 || joinMode === 2) && answer === '') refuse('NOTHING_SAID');
  refuse(joinMode === 3 ? 'WRONG_ANSWER' : 'JOINING_CLOSED');
}

/**
 * Asks to join a group, as its join mode has it: the caller is a member at once (modes 0 and 3), or his request
 * waits for the owner and admins, who are told (1 and 2). A repeated request takes the place of the first.
 * @param answer what he says or answers; may be empty where the mode asks for nothing
 * @throws the refusals of `joinRefusals`
 */
export async function requestToJoin(
  context: CallerContext,
  group: GroupId,
  answer: string,
  joinType: JoinType,
): Promise<void> {
  const values = { ...changeValues(context, group), answer, joinType };
  const [asked] = await context.db.write(
    claim(values),
    enter(values),
    tellMembersOfNewcomers(noticeValues(context, values, 'memberJoined')),
    tellManagersOfRequests(noticeValues(context, values, 'joinRequested')),
  );
  if (asked === 0) refuseToLetIn(await standingOf(context, group), answer);
}
