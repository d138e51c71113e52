import { sql } from 'drizzle-orm';
import { FOUND, groups, JOIN } from '../../../../db/schema/groups.ts';
import { users } from '../../../../db/schema/users.ts';
import type { GroupId, UserId } from '../../../core/ids.ts';
import { refuse } from '../../../http/failure.ts';
import { replyRow } from '../../../http/idempotency.ts';
import type { PasswordMd5 } from '../../../http/params.ts';
import { balanceOf } from '../../../ledger/accounts.ts';
import { writeBills } from '../../../ledger/bills.ts';
import {
  JOURNAL_OPEN,
  type JournalValues,
  journalValues,
  moveMoney,
  openJournal,
} from '../../../ledger/journal.ts';
import { p } from '../../../platform/database/query.ts';
import type { CallerContext } from '../../../realtime/context.ts';
import { eventValues, prepareEvent } from '../../../realtime/events.ts';
import { EVENT, FROM } from '../../../realtime/message-types.ts';
import { blockedEitherWay } from '../../../realtime/relations.ts';
import {
  countWrongPayPassword,
  explainPayPassword,
  type PayPasswordValues,
  payPasswordRight,
  payPasswordValues,
} from '../../pay-password/guard.ts';
import { mayLeave, noteSpent } from '../../wallet-holds/conditions.ts';
import { explainHold } from '../../wallet-holds/explain.ts';
import { standingOf } from '../standing.ts';
import { changeValues, noticeValues } from '../values.ts';
import { mayPayToJoin, prepareAdmission, tellMembersOfNewcomers } from './admission.ts';
import { feeInForce } from './fee.ts';

/** What the statements here want. */
type Wanted = PayPasswordValues &
  JournalValues & {
    readonly group: GroupId;
  };

/** Somebody who pays without an invitation has found the group alone. */
const JOIN_TYPE = FOUND.searched;

const me = p('me');
/** Both stay what they are within the batch. */
const fee = sql`(SELECT ${feeInForce} FROM ${groups} WHERE id = ${p('group')})`;
const owner = sql`(SELECT owner_id FROM ${groups} WHERE id = ${p('group')})`;

const open = openJournal<Wanted>(
  'paid_join',
  sql`${mayPayToJoin} AND NOT ${blockedEitherWay(me, owner)} AND ${mayLeave(fee)} AND ${payPasswordRight}`,
  p('group'),
);
const move = moveMoney<{ me: UserId; group: GroupId; now: number }>({ from: me, to: owner, amount: fee });
const bill = { type: 'paidJoin', amount: fee, withType: 'group', withId: p('group') } as const;
const content = sql`'付费加群'`;
const bills = writeBills<{ me: UserId; now: number; group: GroupId }>(
  { ...bill, user: me, direction: 'out', content },
  { ...bill, user: owner, direction: 'in', content },
);
const admit = prepareAdmission<Pick<JournalValues, 'journal_id'>>(JOURNAL_OPEN);
const tellOwner = prepareEvent<Wanted>(
  sql`SELECT ${owner} AS user_id WHERE ${JOURNAL_OPEN}`,
  sql`json_object('amt', ${fee} / 100.0)`,
);
const tellNewcomer = prepareEvent<Wanted>(
  sql`SELECT ${me} AS user_id WHERE ${JOURNAL_OPEN}`,
  sql`(SELECT json_object('groupId', groups.id, 'groupName', groups.name, 'adminId', person.id, 'adminName', person.name)
    FROM ${groups} JOIN ${users} AS person ON person.id = owner_id WHERE groups.id = ${p('group')})`,
  { from: owner },
);
const remember = replyRow<JournalValues>(JOURNAL_OPEN);

/**
 * Joins a group of mode 6 for the fee that is in force (a raised one counts from ten minutes after it was set). The
 * fee goes to the owner, who learns of it (event 39). The caller becomes a member and hears it on all devices
 * (event 60). The members learn of the caller (event 8). One batch: nobody pays without getting in.
 * @param reply what the call will answer, for its retry Refuses `NO_SUCH_GROUP`, `ALREADY_MEMBER`, `REMOVED`,
 *   `NO_LEVEL`, `JOINING_CLOSED` (another mode, a block between the two), the pay password's reasons,
 *   `NOT_ENOUGH_MONEY`, `GROUP_FULL`.
 */
export async function payToJoin(
  context: CallerContext,
  group: GroupId,
  password: PasswordMd5,
  reply: unknown,
): Promise<void> {
  const change = changeValues(context, group);
  const values = {
    ...payPasswordValues(context, password),
    ...change,
    ...journalValues(context.ids, change.now),
    joinType: JOIN_TYPE,
  };
  const arrived = eventValues(context, { type: EVENT.moneyArrived, from: values.me, fromType: FROM.system });
  const { counted, opened } = await context.db.write({
    noteSpent: noteSpent(values),
    counted: countWrongPayPassword(values),
    opened: open(values),
    move: move(values),
    bills: bills(values),
    admit: admit(values),
    tellMembersOfNewcomers: tellMembersOfNewcomers(noticeValues(context, values, 'memberJoined')),
    tellOwner: tellOwner({ ...values, ...arrived }),
    tellNewcomer: tellNewcomer(noticeValues(context, values, 'joinAccepted')),
    reply: context.remember(reply, remember, values),
  });
  if (opened === 1) return;
  const { myRole, joinMode, level, fee: asked, isFull, isRemoved } = await standingOf(context, group);
  if (myRole !== null) refuse('ALREADY_MEMBER');
  if (isRemoved === 1) refuse('REMOVED');
  if (joinMode !== JOIN.paid) refuse('JOINING_CLOSED');
  if (level < 1) refuse('NO_LEVEL');
  await explainPayPassword(context, counted, values);
  await explainHold(context, values, asked);
  const [wallet] = await context.db.read(balanceOf({ account: context.caller.userId }));
  if ((wallet?.balance ?? 0) < asked) refuse('NOT_ENOUGH_MONEY');
  refuse(isFull === 1 ? 'GROUP_FULL' : 'JOINING_CLOSED');
}
