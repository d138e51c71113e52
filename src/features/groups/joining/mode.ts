import { sql } from 'drizzle-orm';
import { groups, JOIN, ROLE } from '../../../../db/schema/groups.ts';
import { type Fen, parseYuan } from '../../../core/fen.ts';
import type { GroupId, UserId } from '../../../core/ids.ts';
import { refuse, refuseParameter } from '../../../http/failure.ts';
import { p } from '../../../platform/database/query.ts';
import type { CallerContext } from '../../../realtime/context.ts';
import { isManager, prepareClaim } from '../guards.ts';
import { levelInForce } from '../levels/level.ts';
import { memberStanding } from '../standing.ts';
import { changeValues } from '../values.ts';
import { feeInForce, NOTICE_MS } from './fee.ts';

/** What setting the rules wants. */
type RuleValues = {
  readonly me: UserId;
  readonly now: number;
  readonly mode: number;
  readonly question: string;
  readonly answer: string;
  readonly fee: Fen | 0;
};

/** A fee that was never in force yet has nobody who counts on it. */
const isRaise = sql`${feeInForce} > 0 AND ${p('fee')} > ${feeInForce}`;
/** Other modes leave the fee as it is, so that going through one is no way around the notice of a raise. */
const ifPaid = (value: unknown, column: unknown) =>
  sql`CASE WHEN ${p('mode')} = ${JOIN.paid} THEN ${value} ELSE ${column} END`;
const claim = prepareClaim<RuleValues>(
  sql`${isManager} AND (${p('mode')} <> ${JOIN.paid} OR ${levelInForce} >= 1)`,
  sql`join_mode = ${p('mode')}`,
  sql`question = ${p('question')}`,
  sql`answer = ${p('answer')}`,
  sql`lower_fee = ${ifPaid(sql`CASE WHEN ${isRaise} THEN ${feeInForce} ELSE ${p('fee')} END`, groups.lowerFee)}`,
  sql`fee_since = ${ifPaid(sql`${p('now')} + CASE WHEN ${isRaise} THEN ${NOTICE_MS} ELSE 0 END`, groups.feeSince)}`,
  sql`fee = ${ifPaid(p('fee'), groups.fee)}`,
);

export interface JoinRules {
  readonly mode: number;
  readonly question: string;
  readonly answer: string;
  /** Yuan as text; counts where joining is paid. */
  readonly fee: string;
}

function feeOf(context: CallerContext, { mode, fee }: JoinRules): Fen | 0 {
  if (mode !== JOIN.paid) return 0;
  const amount = parseYuan(fee);
  if (amount === undefined || amount < 1 || amount > context.config.GROUP_FEE_MAX) refuseParameter('fee');
  return amount;
}

/**
 * Sets how people join a group; the owner and admins may. A raised fee is charged from ten minutes later, the
 * lower one until then.
 * Refuses `NO_QUESTION`, `NO_ANSWER`, a fee that is none, `NO_SUCH_GROUP`, `NOT_A_MEMBER`, `NOT_ALLOWED`, and
 * `LEVEL_TOO_LOW` where paid joining wants a group level.
 */
export async function setJoinRules(context: CallerContext, group: GroupId, rules: JoinRules): Promise<void> {
  const { mode, question, answer } = rules;
  if (mode === JOIN.answer && question === '') refuse('NO_QUESTION');
  if (mode === JOIN.rightAnswer && (question === '' || answer === '')) refuse('NO_ANSWER');
  const fee = feeOf(context, rules);
  const values = { ...changeValues(context, group), mode, question, answer, fee };
  const set = await context.db.write(claim(values));
  if (set === 1) return;
  const { myRole } = await memberStanding(context, group);
  refuse(myRole === ROLE.member ? 'NOT_ALLOWED' : 'LEVEL_TOO_LOW');
}
