import { asc, eq, sql } from 'drizzle-orm';
import { payoutTransfers, STAGE } from '../../../db/schema/payout-transfers.ts';
import { bankCards, PAYOUT, payouts } from '../../../db/schema/wallet.ts';
import { chinaDateText } from '../../core/china-time.ts';
import type { PayoutId } from '../../core/ids.ts';
import { LIST_SIZE, operatorPage } from '../../core/operator-page.ts';
import { unsealIfOurs } from '../../core/sealing.ts';
import { p, prepareRead, prepareSelect, type RowOf } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { CARD_NUMBER } from '../bank-cards/bind.ts';
import { UNCLEAR } from './rows.ts';

const waiting = prepareSelect<{ offset: number }>()(
  {
    id: payouts.id,
    userId: payouts.userId,
    amount: payouts.amount,
    createdAt: payouts.createdAt,
    bankName: bankCards.bankName,
    sealedNumber: bankCards.sealedNumber,
    masked: bankCards.masked,
    provider: payoutTransfers.provider,
    stage: payoutTransfers.stage,
    attempts: payoutTransfers.attempts,
    sentAt: payoutTransfers.sentAt,
    nextAt: payoutTransfers.nextAt,
    reason: payoutTransfers.reason,
  },
  (select) =>
    select
      .from(payouts)
      .leftJoin(bankCards, eq(bankCards.id, payouts.cardId))
      .leftJoin(payoutTransfers, eq(payoutTransfers.payoutId, payouts.id))
      .where(eq(payouts.state, PAYOUT.waiting))
      .orderBy(sql`COALESCE(${payoutTransfers.stage}, 2) <> 2`, asc(payouts.createdAt), asc(payouts.id))
      .limit(LIST_SIZE)
      .offset(sql.placeholder('offset')),
);
const count = prepareRead<void, { total: number }>(
  sql`SELECT count(*) FROM ${payouts} WHERE ${payouts.state} = ${PAYOUT.waiting}`,
  ['total'],
);
type WaitingRow = RowOf<typeof waiting>;

/** How a payout fares at its provider, in words for an operator; empty where it is the operator's alone. */
function standingOf({ provider, stage, attempts, sentAt, nextAt, reason }: WaitingRow): string {
  const at = (time: number | null) => (time === null ? '' : chinaDateText(time));
  const why = reason ? ` (${reason})` : '';
  if (provider === null) return '';
  if (stage === STAGE.queued) return `${provider}: queued`;
  if (stage === STAGE.held) return `${provider}: held${why}`;
  const times = attempts !== null && attempts > 1 ? ` (${attempts} times)` : '';
  return `${provider}: sent ${at(sentAt)}${times}, asked again ${at(nextAt)}${why}`;
}

/** Whether an operator may pay it: nobody else does, or may have. */
const isToBePaid = ({ stage, reason }: WaitingRow): boolean =>
  stage === null || (stage === STAGE.held && !Object.values<string | null>(UNCLEAR).includes(reason));

/**
 * The payouts that wait, for an operator's eyes: first the operator's own, each oldest first. What the operator may
 * pay has the whole card number; what a provider may pay, or may have paid, shows the last digits, so that nobody
 * pays it as well. A number that was sealed under another DATA_KEY is undefined.
 * @param page from 1
 */
export async function waitingPayouts({ db, keys }: Pick<Platform, 'db' | 'keys'>, page = 1) {
  const rows = await db.read(waiting(operatorPage(page)));
  return rows.map((row) => {
    const { id, userId, amount, createdAt, bankName, sealedNumber, masked } = row;
    const isOperators = isToBePaid(row);
    const whole = sealedNumber && isOperators ? unsealIfOurs(keys.data, CARD_NUMBER, sealedNumber) : '';
    return {
      id,
      userId,
      amount,
      createdAt,
      bankName: bankName ?? '',
      cardNumber: isOperators ? whole : (masked ?? ''),
      standing: standingOf(row),
    };
  });
}

/** How many payouts wait. */
export const countPayouts = async ({ db }: Pick<Platform, 'db'>): Promise<number> =>
  (await db.read(count()))[0]?.total ?? 0;

const stateOf = prepareRead<{ payout: PayoutId }, { state: number }>(
  sql`SELECT state FROM ${payouts} WHERE id = ${p('payout')}`,
  ['state'],
);

/** How a payout stands; undefined where there is none. */
export async function payoutState(
  { db }: Pick<Platform, 'db'>,
  payout: PayoutId,
): Promise<keyof typeof PAYOUT | undefined> {
  const [found] = await db.read(stateOf({ payout }));
  const states = ['waiting', 'settled', 'returned'] as const;
  return states.find((name) => PAYOUT[name] === found?.state);
}
