import { type SQL, sql } from 'drizzle-orm';
import { walletFreezes, walletHolds } from '../../../db/schema/wallet-holds.ts';
import type { Fen } from '../../core/fen.ts';
import { lowestIdAt } from '../../core/id-maker.ts';
import type { UserId } from '../../core/ids.ts';
import { canPay } from '../../ledger/accounts.ts';
import { spentOnAnything } from '../../ledger/bills.ts';
import { passwordlessDayMax } from '../../ledger/without-password.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { Context } from '../../realtime/context.ts';

/** How long little leaves a wallet after what its owner may not have done (docs/decisions.md#held-wallets). */
export const LIMITED_MS = 24 * 3600 * 1000;

const me = p('me');

const held = (how: SQL): SQL<number> =>
  sql<number>`EXISTS (SELECT 1 FROM ${walletHolds} AS held WHERE held.user_id = ${me} AND (${how}))`;

/** Condition: nothing leaves the wallet of `me` until its owner is proved. */
export const isUnproved = held(sql`held.frozen_at IS NOT NULL`);
/** Condition: an operator has frozen somebody's wallet. Value: `now`. */
export const isShut = (whose: SQL): SQL<number> =>
  sql<number>`EXISTS (SELECT 1 FROM ${walletFreezes} AS shut WHERE shut.user_id = ${whose}
    AND (shut.until IS NULL OR shut.until > ${p('now')}))`;
/** Condition: nothing leaves it. */
export const isFrozen = sql<number>`(${isUnproved} OR ${isShut(me)})`;
/** Condition: little leaves it, and no withdrawal. */
export const isLimited = held(sql`held.limited_until > ${p('now')}`);
/** Condition: it is limited, and this is more than leaves it in a day. */
export const isTooMuch = (amount: SQL): SQL<number> =>
  held(sql`held.limited_until > ${p('now')} AND held.spent + ${amount} > ${p('holdDayMax')}`);

/** What `holdValues` gives. */
export type HoldValues = { readonly holdDayMax: Fen; readonly holdSinceId: number };
/** What the statement and the conditions here want; all of it is among `payPasswordValues`. */
export type MayLeaveValues = HoldValues & { readonly me: UserId; readonly now: number };

/** Notes what has left a limited wallet, for `mayLeave`: stands before it in the batch, and changes nothing for others. */
export const noteSpent = prepareChange<MayLeaveValues>(
  sql`UPDATE ${walletHolds} SET spent = ${spentOnAnything} WHERE user_id = ${me} AND limited_until > ${p('now')}`,
);

/**
 * Condition: the wallet of `me` holds this much, and nothing keeps it from leaving. Every batch that takes money out of
 * a wallet states it, behind `noteSpent`, or `mayBePaidOut`. Values: `MayLeaveValues`.
 */
export const mayLeave = (amount: SQL): SQL =>
  sql`(${canPay(me, amount)} AND NOT ${isFrozen} AND NOT ${isTooMuch(amount)})`;

/** The same for a withdrawal. */
export const mayBePaidOut = (amount: SQL): SQL =>
  sql`(${canPay(me, amount)} AND NOT ${isFrozen} AND NOT ${isLimited})`;

/** The values of these, without `me` and `now`. */
export const holdValues = ({ config, clock }: Pick<Context, 'config' | 'clock'>): HoldValues => ({
  holdDayMax: passwordlessDayMax(config),
  holdSinceId: lowestIdAt(clock.now() - LIMITED_MS),
});
