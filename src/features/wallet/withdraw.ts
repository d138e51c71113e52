import { sql } from 'drizzle-orm';
import { bankCards, PAYOUT, payouts } from '../../../db/schema/wallet.ts';
import type { Fen } from '../../core/fen.ts';
import type { CardId, PayoutId, UserId } from '../../core/ids.ts';
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
import {
  type WithoutPasswordValues,
  withinPasswordlessDay,
  withoutPasswordValues,
} from '../../ledger/without-password.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { noticeValues, prepareNotice } from '../../realtime/notices.ts';
import { countWrongPayPassword, explainPayPassword, payPasswordSet } from '../pay-password/guard.ts';
import {
  missingPayPassword,
  type PayProofValues,
  payPasswordRightOr,
  payProofValues,
  useUpPayProof,
} from '../pay-password/proof.ts';
import { giveToProvider } from '../payouts/queue.ts';
import { mayBePaidOut } from '../wallet-holds/conditions.ts';
import { explainHold } from '../wallet-holds/explain.ts';
import { ownBill } from './view.ts';

/** What the statements here want. */
type Wanted = PayProofValues &
  WithoutPasswordValues &
  JournalValues & {
    readonly payout: PayoutId;
    readonly amount: Fen;
    readonly card: CardId | null;
    readonly needsCard: number;
    readonly oldSince: number;
  };

const HOUR_MS = 3600 * 1000;

const me = p('me');
const amount = p('amount');

/** The card that gets the money: the one that was named, or the newest. Credit cards take none. */
const target = (column: 'id' | 'created_at') =>
  sql`(SELECT ${sql.raw(column)} FROM ${bankCards} WHERE ${bankCards.userId} = ${p('me')} AND ${bankCards.unboundAt} IS NULL
    AND ${bankCards.kind} NOT IN ('CC', 'SCC') AND (${p('card')} IS NULL OR ${bankCards.id} = ${p('card')})
    ORDER BY ${bankCards.id} DESC LIMIT 1)`;
const hasTarget = sql`CASE WHEN ${target('id')} IS NULL THEN ${p('card')} IS NULL AND ${p('needsCard')} = 0 ELSE 1 END`;
const isOldCard = sql`COALESCE(${target('created_at')} <= ${p('oldSince')}, 1)`;
const withinLimits = sql`(${withinPasswordlessDay(amount)} AND ${isOldCard})`;

const open = openJournal<Wanted>(
  'withdrawal',
  sql`${mayBePaidOut(amount)} AND ${hasTarget} AND ${payPasswordRightOr(withinLimits)}`,
  p('payout'),
);
const useUpProof = useUpPayProof<Wanted>(JOURNAL_OPEN, withinLimits);
const freeze = moveMoney<{ me: UserId; amount: Fen }>({ from: me, to: systemSql('withdrawals'), amount });
const writeBill = writeBills<{ me: UserId; amount: Fen }>({
  user: me,
  type: 'withdrawal',
  direction: 'out',
  amount,
  withType: 'person',
  withId: me,
});
const recordPayout = prepareChange<Wanted>(
  sql`INSERT INTO ${payouts} (id, user_id, card_id, amount, state, created_at)
    SELECT ${p('payout')}, ${me}, ${target('id')}, ${amount}, ${PAYOUT.waiting}, ${p('now')} WHERE ${JOURNAL_OPEN}`,
);
const tell = prepareNotice<Wanted>(me, JOURNAL_OPEN);
const remember = replyRow<JournalValues>(JOURNAL_OPEN);

type Obstacles = Record<'covered' | 'hasCard' | 'withinLimits' | 'hasPassword', number>;
const obstacles = prepareRead<Wanted, Obstacles>(
  sql`SELECT ${canPay(me, amount)}, ${hasTarget}, ${withinLimits}, ${payPasswordSet}`,
  ['covered', 'hasCard', 'withinLimits', 'hasPassword'],
);

async function explain(context: CallerContext, values: Wanted): Promise<never> {
  const [found] = await context.db.read(obstacles(values));
  if (!found?.covered) refuse('NOT_COVERED');
  if (!found.hasCard) refuse('NO_CARD');
  if (!found.withinLimits) refuse(missingPayPassword(found.hasPassword > 0));
  return refuse('TRY_AGAIN');
}

export interface Withdrawal {
  readonly amount: Fen;
  readonly card: CardId | undefined;
  readonly password: PasswordMd5 | undefined;
}

/**
 * Takes money out of the caller's wallet and freezes it until the payout is settled or returned
 * (`src/features/payouts`), by an operator or by the provider that it is given to in the same batch. Without the pay
 * password, sent or proved, the day is limited and a new card gets nothing (docs/decisions.md#withdrawals).
 * @returns the bill; refuses `NOT_COVERED`, `NO_CARD`, `TRY_AGAIN`, `WITHDRAWAL_FAILED` and the pay password's reasons
 */
export async function withdraw(context: CallerContext, { amount: fen, card, password }: Withdrawal) {
  const { config } = context;
  const pay = payProofValues(context, password);
  const now = context.clock.now();
  const values = {
    ...pay,
    ...withoutPasswordValues(context),
    ...journalValues(context.ids, now),
    payout: context.ids.next<PayoutId>(),
    me: context.caller.userId,
    amount: fen,
    card: card ?? null,
    needsCard: config.MODE === 'production' ? 1 : 0,
    autoDayMax: config.WITHDRAW_AUTO_DAY_MAX,
    autoDayCount: config.WITHDRAW_AUTO_DAY_COUNT,
    provider: config.WITHDRAW_PROVIDER,
    oldSince: now - config.WITHDRAW_NEW_CARD_HOURS * HOUR_MS,
    now,
  };
  const reply = [ownBill('withdrawal', values)];
  const { counted, opened } = await context.db.write({
    counted: countWrongPayPassword(values),
    opened: open(values),
    useUpProof: useUpProof(values),
    recordPayout: recordPayout(values),
    freeze: freeze(values),
    bill: writeBill(values),
    tell: tell({ ...values, ...noticeValues(context, 'payoutRequested') }),
    queue: config.WITHDRAW_PROVIDER === 'operator' ? [] : [giveToProvider(values)],
    reply: context.remember(reply, remember, values),
  });
  if (opened > 0) return reply;
  await explainPayPassword(context, counted, values);
  await explainHold(context, values, 'payout');
  return explain(context, values);
}
