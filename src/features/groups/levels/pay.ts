import { type SQL, sql } from 'drizzle-orm';
import { groupLevels, groups, ROLE } from '../../../../db/schema/groups.ts';
import type { GroupId, UserId } from '../../../core/ids.ts';
import { refuse } from '../../../http/failure.ts';
import { replyRow } from '../../../http/idempotency.ts';
import type { PasswordMd5 } from '../../../http/params.ts';
import { systemSql } from '../../../ledger/accounts.ts';
import { writeBills } from '../../../ledger/bills.ts';
import {
  JOURNAL_OPEN,
  type JournalValues,
  journalValues,
  moveMoney,
  openJournal,
} from '../../../ledger/journal.ts';
import { p, prepareRead, type Values } from '../../../platform/database/query.ts';
import type { CallerContext } from '../../../realtime/context.ts';
import { prepareEvent } from '../../../realtime/events.ts';
import {
  countWrongPayPassword,
  explainPayPassword,
  type PayPasswordValues,
  payPasswordRight,
  payPasswordValues,
} from '../../pay-password/guard.ts';
import { mayLeave, noteSpent } from '../../wallet-holds/conditions.ts';
import { explainHold } from '../../wallet-holds/explain.ts';
import { type ClaimValues, claimed, everyMember, isOwner, prepareClaim } from '../guards.ts';
import { type FoundGroup, findGroup } from '../queries.ts';
import { memberStanding } from '../standing.ts';
import { changeValues, noticeValues } from '../values.ts';
import { levelInForce, tierFee } from './level.ts';
import { groupReply } from './reply.ts';

/** What the statements here want. */
type Wanted = JournalValues & {
  readonly now: number;
  readonly group: GroupId;
};

const me = p('me');

/** What is sold about a level. */
interface Sale {
  readonly kind: 'group_level' | 'group_renewal';
  readonly bill: 'groupLevel' | 'groupRenewal';
  readonly content: string;
  /** SQL of the level that is paid for, before and after the payment. */
  readonly level: SQL;
  /** Condition on a row of `groups`: there is something to sell. */
  readonly isForSale: SQL;
  /** From when on the bought seconds count, on a row of `groups`, epoch ms. */
  readonly from: SQL;
}

/** @typeParam Level what the SQL of a sale's level wants */
function prepareSale<Level extends Values>({ kind, bill, content, level, isForSale, from }: Sale) {
  const ofLevel = (value: SQL) =>
    sql`(SELECT ${value} FROM ${groupLevels} WHERE ${groupLevels.level} = ${level} AND ${groupLevels.withdrawnAt} IS NULL)`;
  const price = ofLevel(tierFee(groupLevels));
  const available = sql`${isForSale} AND ${price} IS NOT NULL`;
  return {
    claim: prepareClaim<Level & Omit<PayPasswordValues, 'try_limit'>>(
      sql`${isOwner} AND ${available} AND ${mayLeave(price)} AND ${payPasswordRight}`,
      sql`level = ${level}`,
      sql`level_expires_at = ${from} + 1000 * ${ofLevel(sql`${groupLevels.seconds}`)}`,
    ),
    open: openJournal<ClaimValues>(kind, claimed, p('group')),
    move: moveMoney<Level & { me: UserId; now: number }>({ from: me, to: systemSql('fees'), amount: price }),
    bills: writeBills<Level & { me: UserId; group: GroupId; now: number }>({
      user: me,
      type: bill,
      direction: 'out',
      amount: price,
      withType: 'group',
      withId: p('group'),
      content: sql.raw(`'${content}'`),
    }),
    look: prepareRead<Level & { now: number; group: GroupId }, { isAvailable: number; price: number }>(
      sql`SELECT ${available}, COALESCE(${price}, 0) FROM ${groups} WHERE id = ${p('group')}`,
      ['isAvailable', 'price'],
    ),
  };
}

const sales = {
  /** Only upward; the seconds count from now. */
  upgrade: prepareSale<{ level: number | null }>({
    kind: 'group_level',
    bill: 'groupLevel',
    content: '购买群组等级',
    level: p('level'),
    isForSale: sql`${levelInForce} < ${p('level')}`,
    from: p('now'),
  }),
  /** The level that there is, or that there was before it expired; the seconds add to what is left. */
  renewal: prepareSale<{ group: GroupId }>({
    kind: 'group_renewal',
    bill: 'groupRenewal',
    content: '群组等级续费',
    level: sql`(SELECT ${groups.level} FROM ${groups} WHERE ${groups.id} = ${p('group')})`,
    isForSale: sql`${groups.level} > 0`,
    from: sql`MAX(${groups.levelExpiresAt}, ${p('now')})`,
  }),
};

const tellMembers = prepareEvent<ClaimValues & { me: UserId }>(
  everyMember,
  sql`(SELECT json_object('groupId', id, 'expire', level_expires_at, 'userId', ${me}) FROM ${groups} WHERE id = ${p('group')})`,
);
const remember = replyRow<Wanted>(JOURNAL_OPEN, groupReply);

/**
 * The owner pays for the group's level (docs/decisions.md#group-levels): a higher one from now on, or more time for
 * the one it has. Every member learns until when it lasts (event 65). One batch.
 * @param level the level bought, 1–4; undefined renews
 * @returns the group as it is then Refuses `NO_SUCH_GROUP`, `NOT_A_MEMBER`, `NOT_ALLOWED` (a member), `NOT_OWNER`
 *   (an admin), the pay password's reasons, `NOT_FOR_SALE` and `NOT_ENOUGH_MONEY`.
 */
export async function payForLevel(
  context: CallerContext,
  group: GroupId,
  password: PasswordMd5,
  level: number | undefined,
): Promise<FoundGroup> {
  const sale = level === undefined ? sales.renewal : sales.upgrade;
  const change = changeValues(context, group);
  const values = {
    ...payPasswordValues(context, password),
    ...change,
    level: level ?? null,
    ...journalValues(context.ids, change.now),
  };
  const {
    counted,
    paid,
    found: [found],
  } = await context.db.write({
    noteSpent: noteSpent(values),
    counted: countWrongPayPassword(values),
    paid: sale.claim(values),
    open: sale.open(values),
    move: sale.move(values),
    bills: sale.bills(values),
    tellMembers: tellMembers(noticeValues(context, values, 'groupLevelPaid')),
    found: findGroup(values),
    reply: context.remember(undefined, remember, values),
  });
  if (paid === 1 && found) return found;
  const { myRole } = await memberStanding(context, group);
  if (myRole !== ROLE.owner) refuse(myRole === ROLE.admin ? 'NOT_OWNER' : 'NOT_ALLOWED');
  await explainPayPassword(context, counted, values);
  const [look] = await context.db.read(sale.look(values));
  await explainHold(context, values, look?.price ?? 0);
  return refuse(look?.isAvailable ? 'NOT_ENOUGH_MONEY' : 'NOT_FOR_SALE');
}
