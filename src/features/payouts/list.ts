import { and, asc, eq, sql } from 'drizzle-orm';
import { payoutTransfers } from '../../../db/schema/payout-transfers.ts';
import { STAGE } from '../../../db/schema/provider-requests.ts';
import { IDENTITY, identityChecks } from '../../../db/schema/users.ts';
import { bankCards, PAYOUT, payouts } from '../../../db/schema/wallet.ts';
import type { PayoutId, UserId } from '../../core/ids.ts';
import { LIST_SIZE } from '../../core/operator-page.ts';
import { p, prepareRead, prepareSelect } from '../../platform/database/query.ts';
import { openOf } from '../../platform/keys/persons.ts';
import type { Platform } from '../../realtime/context.ts';
import { CARD_NUMBER } from '../bank-cards/bind.ts';
import { sealedKeyOf } from '../person-keys/own-key.ts';
import { REAL_NAME } from '../profiles/view.ts';
import { type Progress, standingOf } from '../provider-requests/standing.ts';
import { UNCLEAR } from './rows.ts';

/** What orders payouts that wait: the operator's own (0) before those of a provider (1), each oldest first. */
export type PayoutKey = { readonly rank: number; readonly at: number; readonly id: number };
const rank = sql<number>`(COALESCE(${payoutTransfers.stage}, ${sql.raw(String(STAGE.held))}) <> ${sql.raw(String(STAGE.held))})`;
const BEFORE_ALL: PayoutKey = { rank: -1, at: 0, id: 0 };

const waiting = prepareSelect<PayoutKey>()(
  {
    id: payouts.id,
    userId: payouts.userId,
    amount: payouts.amount,
    createdAt: payouts.createdAt,
    bankName: bankCards.bankName,
    sealedNumber: bankCards.sealedNumber,
    sealedKey: sealedKeyOf(sql`${payouts.userId}`),
    masked: bankCards.masked,
    provider: payoutTransfers.provider,
    stage: payoutTransfers.stage,
    attempts: payoutTransfers.attempts,
    sentAt: payoutTransfers.sentAt,
    nextAt: payoutTransfers.nextAt,
    reason: payoutTransfers.reason,
    rank,
  },
  (select) =>
    select
      .from(payouts)
      .leftJoin(bankCards, eq(bankCards.id, payouts.cardId))
      .leftJoin(payoutTransfers, eq(payoutTransfers.payoutId, payouts.id))
      .where(
        and(
          eq(payouts.state, PAYOUT.waiting),
          sql`(${rank}, ${payouts.createdAt}, ${payouts.id}) > (${p('rank')}, ${p('at')}, ${p('id')})`,
        ),
      )
      .orderBy(rank, asc(payouts.createdAt), asc(payouts.id))
      .limit(LIST_SIZE),
);
const count = prepareRead<void, { total: number }>(
  sql`SELECT count(*) FROM ${payouts} WHERE ${payouts.state} = ${PAYOUT.waiting}`,
  ['total'],
);
/** Whether an operator may pay it: nobody else does, or may have. */
const isToBePaid = ({ stage, reason }: Pick<Progress, 'stage' | 'reason'>): boolean =>
  stage === null || (stage === STAGE.held && !Object.values<string | null>(UNCLEAR).includes(reason));

/**
 * The payouts that wait, for an operator's eyes: first the operator's own, each oldest first. What the operator may
 * pay has the whole card number; what a provider may pay, or may have paid, shows the last digits, so that nobody
 * pays it as well. A number that was sealed under another DATA_KEY is undefined.
 * @param after the last of the page before
 */
export async function waitingPayouts({ db, keys }: Pick<Platform, 'db' | 'keys'>, after = BEFORE_ALL) {
  const rows = await db.read(waiting(after));
  return rows.map((row) => {
    const { id, userId, amount, createdAt, bankName, sealedNumber, sealedKey } = row;
    const masked = row.masked ?? '';
    const isOperators = isToBePaid(row);
    const whole =
      sealedNumber && isOperators ? openOf(keys, userId, sealedKey, CARD_NUMBER, sealedNumber) : '';
    return {
      id,
      userId,
      amount,
      createdAt,
      bankName: bankName ?? '',
      masked,
      cardNumber: isOperators ? whole : masked,
      standing: standingOf(row),
      rank: row.rank,
    };
  });
}

const ofOperator = prepareRead<{ most: number }, { id: PayoutId }>(
  sql`SELECT ${payouts.id} FROM ${payouts} LEFT JOIN ${payoutTransfers} ON ${payoutTransfers.payoutId} = ${payouts.id}
    WHERE ${payouts.state} = ${sql.raw(String(PAYOUT.waiting))} AND NOT ${rank} ORDER BY ${payouts.createdAt}, ${payouts.id} LIMIT ${p('most')}`,
  ['id'],
);
/** The numbers of those that wait for the operator, and for no provider: the oldest. */
export const payoutsOfOperator = async ({ db }: Pick<Platform, 'db'>, most: number): Promise<PayoutId[]> =>
  (await db.read(ofOperator({ most }))).map(({ id }) => id);

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
  return found && wordOf(found.state);
}

const findOpened = prepareSelect<{ payout: PayoutId }>()(
  {
    id: payouts.id,
    userId: payouts.userId,
    amount: payouts.amount,
    state: payouts.state,
    createdAt: payouts.createdAt,
    endedAt: payouts.endedAt,
    bankName: bankCards.bankName,
    sealedNumber: bankCards.sealedNumber,
    sealedKey: sealedKeyOf(sql`${payouts.userId}`),
    masked: bankCards.masked,
    sealedName: identityChecks.sealedName,
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
      .leftJoin(
        identityChecks,
        and(eq(identityChecks.userId, payouts.userId), eq(identityChecks.state, IDENTITY.confirmed)),
      )
      .where(eq(payouts.id, p('payout'))),
);

/** A payout with what is sealed of it. What was sealed under another DATA_KEY is undefined. */
export interface OpenedPayout {
  readonly id: PayoutId;
  readonly userId: UserId;
  readonly amount: number;
  readonly state: keyof typeof PAYOUT;
  readonly createdAt: number;
  readonly endedAt: number | null;
  readonly bankName: string;
  readonly masked: string;
  /** Empty where the payout has no card. */
  readonly cardNumber: string | undefined;
  /** The confirmed name of its owner; empty where nobody has confirmed one. */
  readonly holder: string | undefined;
  readonly standing: string;
  /** Whether the operator may pay it: no provider does, or may have. */
  readonly isOperators: boolean;
}

const STATES = ['waiting', 'settled', 'returned'] as const;
const wordOf = (state: number): keyof typeof PAYOUT =>
  STATES.find((name) => PAYOUT[name] === state) ?? 'waiting';

const opened = (
  keys: Platform['keys'],
  { userId, sealedKey }: { readonly userId: UserId; readonly sealedKey: string | null },
  purpose: string,
  sealed: string | null,
) => (sealed ? openOf(keys, userId, sealedKey, purpose, sealed) : '');

/** Payouts with the whole card number and the name of its holder, in the order of these numbers. */
export async function openPayouts(
  { db, keys }: Pick<Platform, 'db' | 'keys'>,
  numbers: readonly PayoutId[],
): Promise<OpenedPayout[]> {
  const { found } = await db.read({ found: numbers.map((payout) => findOpened({ payout })) });
  return found.flat().map((row) => ({
    id: row.id,
    userId: row.userId,
    amount: row.amount,
    state: wordOf(row.state),
    createdAt: row.createdAt,
    endedAt: row.endedAt,
    bankName: row.bankName ?? '',
    masked: row.masked ?? '',
    cardNumber: opened(keys, row, CARD_NUMBER, row.sealedNumber),
    holder: opened(keys, row, REAL_NAME, row.sealedName),
    standing: standingOf(row),
    isOperators: isToBePaid(row),
  }));
}
