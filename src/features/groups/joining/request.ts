import { sql } from 'drizzle-orm';
import { type Found, groups, JOIN } from '../../../../db/schema/groups.ts';
import type { GroupId, UserId } from '../../../core/ids.ts';
import { fold } from '../../../core/text/fold.ts';
import { type FailureText, refuse } from '../../../http/failure.ts';
import { p, prepareRead } from '../../../platform/database/query.ts';
import type { CallerContext } from '../../../realtime/context.ts';
import { claimed, isMember, prepareClaim } from '../guards.ts';
import { isRemoved } from '../sanctions.ts';
import { type Standing, standingOf } from '../standing.ts';
import { changeValues, noticeValues } from '../values.ts';
import { hasRoom, prepareEntry, tellManagersOfRequests, tellMembersOfNewcomers } from './admission.ts';
import { answerValues, countWrongAnswer, hasNoTry, lookAtTries } from './answers.ts';

/** What asking to join can be refused for, as listing 51 says it. */
export const joinRefusals = {
  NO_SUCH_GROUP: [-1, '群不存在'],
  ALREADY_MEMBER: [-1, '您已经是群组成员'],
  NOTHING_SAID: [-1, '验证消息不能为空'],
  WRONG_ANSWER: [-2, '加群问题答案不正确'],
  TOO_MANY_ANSWERS: [-2, '今日回答次数已用完，请明天再试'],
  JOINING_CLOSED: [-3, '不允许加入'],
  MUST_PAY: [-4, '请先支付'],
  GROUP_FULL: [-5, '群人数已经到达上限'],
} as const satisfies Record<string, FailureText>;

/** What the conditions of asking want. */
type Asking = {
  readonly me: UserId;
  readonly now: number;
  readonly answer: string;
  readonly silent: number;
  readonly right: string;
  readonly answerKey: string;
};

const wasRemoved = isRemoved(p('group'), p('me'));
const saysEnough = sql`(${p('answer')} <> '' OR ${p('silent')} = 1)`;
const modeLetsAsk = sql`CASE join_mode WHEN ${JOIN.free} THEN 1
  WHEN ${JOIN.message} THEN ${saysEnough} WHEN ${JOIN.answer} THEN ${saysEnough}
  WHEN ${JOIN.rightAnswer} THEN answer = ${p('right')} AND NOT ${hasNoTry} WHEN ${JOIN.paid} THEN ${wasRemoved} ELSE 0 END`;
const claim = prepareClaim<Asking>(sql`NOT (${isMember}) AND ${hasRoom} AND ${modeLetsAsk}`);
/** Modes 0 and 3 let in at once; in 1 and 2, and after a removal, somebody decides. */
const entersAtOnce = sql`(SELECT join_mode IN (${JOIN.free}, ${JOIN.rightAnswer}) AND NOT ${wasRemoved} FROM ${groups} WHERE id = ${p('group')})`;
const findAnswer = prepareRead<{ group: GroupId }, { answer: string }>(
  sql`SELECT answer FROM ${groups} WHERE id = ${p('group')}`,
  ['answer'],
);
const enter = prepareEntry<{ answer: string }>(
  entersAtOnce,
  sql`CASE WHEN ${entersAtOnce} THEN '' ELSE ${p('answer')} END`,
  claimed,
);

/**
 * The group's answer where what was said reads alike, else what was said; that it is still in force, the claim
 * asks.
 */
async function asItIsWritten(context: CallerContext, group: GroupId, said: string): Promise<string> {
  const [found] = await context.db.read(findAnswer({ group }));
  return found && fold(found.answer) === fold(said) ? found.answer : said;
}

function refuseToLetIn({ myRole, isFull, joinMode }: Standing, hasTries: boolean): never {
  if (myRole !== null) refuse('ALREADY_MEMBER');
  if (isFull === 1) refuse('GROUP_FULL');
  if (joinMode === JOIN.paid) refuse('MUST_PAY');
  if (joinMode === JOIN.message || joinMode === JOIN.answer) refuse('NOTHING_SAID');
  if (joinMode === JOIN.rightAnswer) refuse(hasTries ? 'WRONG_ANSWER' : 'TOO_MANY_ANSWERS');
  refuse('JOINING_CLOSED');
}

/** What somebody says who asks to join. */
export interface Application {
  /** A message or the answer to the group's question; empty where the mode asks for nothing. */
  readonly answer?: string;
  /** The call has no parameter for a message: modes 1 and 2 then ask for none. */
  readonly silent?: boolean;
  readonly joinType: Found;
}

/**
 * Asks to join a group, as its join mode has it. In modes 0 and 3 the caller is a member at once. In modes 1 and 2,
 * and in 0, 3 and 6 after a removal, the request waits for the owner and admins, who are told. A repeated request
 * takes the place of the first. Wrong answers (mode 3) count: five per user, group and day.
 * @throws the refusals of `joinRefusals`
 */
export async function requestToJoin(
  context: CallerContext,
  group: GroupId,
  { answer = '', silent = false, joinType }: Application,
): Promise<void> {
  const right = await asItIsWritten(context, group, answer);
  const change = changeValues(context, group);
  const tries = answerValues(group, context.caller.userId, context.clock.now());
  const values = { ...change, ...tries, answer, right, silent: silent ? 1 : 0, joinType };
  const {
    asked,
    before: [before],
  } = await context.db.write({
    asked: claim(values),
    before: lookAtTries(values),
    countWrongAnswer: countWrongAnswer(values),
    enter: enter(values),
    tellMembersOfNewcomers: tellMembersOfNewcomers(noticeValues(context, values, 'memberJoined')),
    tellManagersOfRequests: tellManagersOfRequests(noticeValues(context, values, 'joinRequested')),
  });
  if (asked === 0) refuseToLetIn(await standingOf(context, group), !before?.spent);
}
