import { sql } from 'drizzle-orm';
import { TRANSFER, transfers } from '../../../db/schema/transfers.ts';
import { type Fen, yuan } from '../../core/fen.ts';
import type { GroupId, TransferId, UserId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import { replyRow } from '../../http/idempotency.ts';
import type { PasswordMd5 } from '../../http/params.ts';
import { canPay, systemSql } from '../../ledger/accounts.ts';
import { writeBills } from '../../ledger/bills.ts';
import {
  JOURNAL_OPEN,
  type JournalValues,
  journalValues,
  moveMoney,
  openJournal,
} from '../../ledger/journal.ts';
import { nameOf } from '../../ledger/names.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { eventValues, prepareEvent } from '../../realtime/events.ts';
import { EVENT, FROM } from '../../realtime/message-types.ts';
import { areFriends, blockedEitherWay, everyoneIn, isMemberOf } from '../../realtime/relations.ts';
import { isMuted } from '../groups/sanctions.ts';
import {
  type Counted,
  countWrongPayPassword,
  explainPayPassword,
  type PayPasswordValues,
  payPasswordRight,
  payPasswordValues,
} from '../pay-password/guard.ts';
import { isUnder } from '../steps/conditions.ts';
import { explainStep } from '../steps/standing.ts';
import { mayLeave, noteSpent } from '../wallet-holds/conditions.ts';
import { explainHold } from '../wallet-holds/explain.ts';
import { transferView } from './view.ts';

/** What the statements here want. */
type Wanted = PayPasswordValues &
  JournalValues & {
    readonly transfer: TransferId;
    readonly amount: Fen;
    readonly group: GroupId | null;
    readonly payee: UserId;
    readonly message: string;
    readonly expiresAt: number;
  };

/** What nobody has confirmed goes back after this (docs/decisions.md#transfers). */
export const TRANSFER_LIFE_MS = 24 * 3600 * 1000;

const [me, payee, group, amount] = [p('me'), p('payee'), p('group'), p('amount')];

const bothInGroup = sql`(${isMemberOf(group, me)} AND ${isMemberOf(group, payee)})`;
const knowEachOther = sql`CASE WHEN ${group} IS NULL THEN ${areFriends(me, payee)} ELSE ${bothInGroup} END`;
const isBlocked = blockedEitherWay(me, payee);
/** All members read what a transfer in their group says: people who are muted send none there, and none with words. */
const isSilenced = sql`(${isMuted(group, me)} OR ((${group} IS NOT NULL OR ${p('message')} <> '') AND ${isUnder('messages', me)}))`;

const open = openJournal<Wanted>(
  'transfer_sent',
  sql`${mayLeave(amount)} AND ${knowEachOther} AND NOT ${isBlocked} AND NOT ${isSilenced} AND ${payPasswordRight}`,
  p('transfer'),
);
const hold = moveMoney<{ me: UserId; amount: Fen }>({ from: me, to: systemSql('transfers'), amount });
const record = prepareChange<Wanted>(
  sql`INSERT INTO ${transfers} (id, payer_id, payee_id, group_id, amount, message, status, sent_at, expires_at)
    SELECT ${p('transfer')}, ${me}, ${payee}, ${group}, ${amount}, ${p('message')}, ${TRANSFER.waits}, ${p('now')}, ${p('expiresAt')}
    WHERE ${JOURNAL_OPEN}`,
);
const bill = writeBills<Wanted>({
  user: me,
  type: 'transferSent',
  direction: 'out',
  amount,
  withType: sql`CASE WHEN ${group} IS NULL THEN 1 ELSE 2 END`,
  withId: sql`COALESCE(${group}, ${payee})`,
  content: nameOf(payee),
});
/** The payee; in a group all its other members, who see it and cannot take it. */
const tell = prepareEvent<Wanted>(
  sql`SELECT ${payee} AS user_id WHERE ${group} IS NULL AND ${JOURNAL_OPEN}
    UNION ALL ${everyoneIn(group)} AND ${JOURNAL_OPEN}`,
  undefined,
  { except: me },
);
const remember = replyRow<JournalValues>(JOURNAL_OPEN);

type Obstacles = Record<'covered' | 'inGroup' | 'known' | 'blocked' | 'silenced', number>;
const obstacles = prepareRead<Wanted, Obstacles>(
  sql`SELECT ${canPay(me, amount)}, ${bothInGroup}, ${knowEachOther}, ${isBlocked}, ${isSilenced}`,
  ['covered', 'inGroup', 'known', 'blocked', 'silenced'],
);

/** Says why nothing was sent, in the original's order: password, money, group (docs/original.md#money). */
async function explain(context: CallerContext, counted: Counted, values: Wanted): Promise<never> {
  await explainPayPassword(context, counted, values);
  await explainHold(context, values, values.amount);
  const [found] = await context.db.read(obstacles(values));
  if (!found?.covered) return refuse('TOO_LITTLE_MONEY');
  if (values.group !== null && !found.inGroup) return refuse('NOT_IN_GROUP');
  if (found.silenced) await explainStep(context, 'messages', 'SILENCED');
  return refuse(found.silenced ? 'SILENCED' : 'NOT_ALLOWED');
}

export interface NewTransfer {
  readonly payee: UserId;
  /** The group in which it is sent; undefined: between friends. */
  readonly group: GroupId | undefined;
  readonly amount: Fen;
  readonly message: string;
  readonly password: PasswordMd5;
}

/**
 * Sends money to a friend or a fellow member of a group (listing 203): it leaves the wallet at once and waits
 * in escrow until `confirmTransfer`, or goes back after 24 hours. Event 18.
 * @returns the record; refuses `TO_ONESELF`, `TOO_LITTLE_MONEY`, `NOT_IN_GROUP`, `NOT_ALLOWED` (no friend,
 *   blocked, or muted in the group) and the pay password's reasons
 */
export async function sendTransfer(context: CallerContext, transfer: NewTransfer) {
  const { payee: to, amount: fen, message, password } = transfer;
  const from = context.caller.userId;
  if (to === from) refuse('TO_ONESELF');
  const groupId = transfer.group ?? null;
  const id = context.ids.next<TransferId>();
  const now = context.clock.now();
  const content = { transId: id, msg: message, amount: yuan(fen) };
  const event = eventValues(context, {
    type: EVENT.transferSent,
    from,
    fromType: groupId === null ? FROM.person : FROM.group,
    ...(groupId === null ? { content } : { dest: groupId, content: { ...content, destId: to } }),
  });
  const values = {
    ...event,
    ...payPasswordValues(context, password),
    ...journalValues(context.ids, now),
    transfer: id,
    payee: to,
    group: groupId,
    amount: fen,
    message,
    now,
    expiresAt: now + TRANSFER_LIFE_MS,
  };
  const reply = transferView({
    id,
    payerId: from,
    payeeId: to,
    groupId,
    amount: fen,
    message,
    status: TRANSFER.waits,
    sentAt: now,
    confirmedAt: null,
  });
  const { counted, opened } = await context.db.write({
    noteSpent: noteSpent(values),
    counted: countWrongPayPassword(values),
    opened: open(values),
    record: record(values),
    hold: hold(values),
    bill: bill(values),
    tell: tell(values),
    reply: context.remember(reply, remember, values),
  });
  return opened > 0 ? reply : explain(context, counted, values);
}
