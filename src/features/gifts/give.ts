import { sql } from 'drizzle-orm';
import { gifts, momentGifts } from '../../../db/schema/gifts.ts';
import { moments } from '../../../db/schema/moments.ts';
import type { Fen } from '../../core/fen.ts';
import type { GiftId, MomentId, UserId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import { replyRow } from '../../http/idempotency.ts';
import type { PasswordMd5 } from '../../http/params.ts';
import { canPay } from '../../ledger/accounts.ts';
import { writeBills } from '../../ledger/bills.ts';
import { journalValues, moveMoney, openJournal } from '../../ledger/journal.ts';
import {
  type WithoutPasswordValues,
  withinPasswordlessLimits,
  withoutPasswordValues,
} from '../../ledger/without-password.ts';
import { orTaken, rowOf } from '../../platform/database/mark.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { maySee } from '../moments/visibility.ts';
import { countWrongPayPassword, explainPayPassword, payPasswordSet } from '../pay-password/guard.ts';
import {
  missingPayPassword,
  type PayProofValues,
  payPasswordRightOr,
  payProofValues,
  useUpPayProof,
} from '../pay-password/proof.ts';
import { mayLeave, noteSpent } from '../wallet-holds/conditions.ts';
import { explainHold } from '../wallet-holds/explain.ts';
import type { GiftText } from './gift-text.ts';

/** What the statements here want. */
type Wanted = PayProofValues &
  WithoutPasswordValues & {
    readonly gift: GiftId;
    readonly dest: UserId;
    readonly moment: MomentId;
    readonly content: string;
    readonly price: Fen;
    readonly key: string | null;
  };

const [me, dest, price] = [p('me'), p('dest'), p('price')];

/** No price of a call's is that of a gift that is withdrawn. */
const catalogued = sql`COALESCE((SELECT CASE WHEN withdrawn_at IS NULL THEN price ELSE -1 END FROM ${gifts} WHERE key = ${p('key')}), 0)`;
const isForAuthor = sql`EXISTS (SELECT 1 FROM ${moments} AS m WHERE m.id = ${p('moment')} AND m.author_id = ${dest}
  AND ${dest} <> ${me} AND ${maySee('m', me)})`;
const withinLimits = withinPasswordlessLimits(price, price);
const canBePaid = sql`(${price} = 0 OR (${mayLeave(price)} AND ${payPasswordRightOr(withinLimits)}))`;
/** The giver sees the moment of the receiver, and the gift has the catalogue's price. */
const isOffered = sql`${isForAuthor} AND ${price} = ${catalogued}`;
const given = rowOf(momentGifts, 'gift');
/** Carries every condition; the gift is the mark of the batch. */
const insertGift = prepareChange<Wanted>(
  sql`INSERT INTO ${momentGifts} (id, giver_id, receiver_id, moment_id, content, price, created_at)
    SELECT ${p('gift')}, ${me}, ${dest}, ${p('moment')}, ${p('content')}, ${price}, ${p('now')}
    WHERE ${orTaken(sql`${isOffered} AND ${canBePaid}`, given)}`,
);
const open = openJournal<{ gift: GiftId; price: Fen }>('gift', sql`${price} > 0 AND ${given}`, p('gift'));
const move = moveMoney<{ me: UserId; dest: UserId; price: Fen }>({ from: me, to: dest, amount: price });
const bills = writeBills<{ me: UserId; price: Fen; dest: UserId }>(
  { user: me, type: 'gift', direction: 'out', amount: price, withType: 'person', withId: dest },
  { user: dest, type: 'gift', direction: 'in', amount: price, withType: 'person', withId: me },
);
const useUpProof = useUpPayProof<Wanted>(sql`${price} > 0 AND ${given}`, withinLimits);
const remember = replyRow<{ gift: GiftId }>(given);

const obstacles = prepareRead<Wanted, Record<'offered' | 'covered' | 'withinLimits' | 'hasPassword', number>>(
  sql`SELECT ${isOffered}, ${canPay(me, price)}, ${withinLimits}, ${payPasswordSet}`,
  ['offered', 'covered', 'withinLimits', 'hasPassword'],
);

export interface Giving {
  readonly id: GiftId;
  readonly receiver: UserId;
  readonly moment: MomentId;
  readonly gift: GiftText;
  /** Lifts the limits; absent: they hold, unless the session proved it (docs/decisions.md#pay-password). */
  readonly payPassword: PasswordMd5 | undefined;
}

/**
 * Gives a gift for a moment that the caller may see to its author, and its price from wallet to wallet.
 * Refuses `NOT_ENOUGH_MONEY`, the pay password's reasons, and `REFUSED` for everything else.
 * @param reply what the call will answer, for its retry
 */
export async function give(context: CallerContext, giving: Giving, reply: unknown): Promise<void> {
  const { id, receiver, moment, gift, payPassword } = giving;
  const pay = payProofValues(context, payPassword);
  const values = {
    ...pay,
    ...withoutPasswordValues(context),
    ...gift,
    gift: id,
    dest: receiver,
    moment,
    ...journalValues(context.ids, pay.now),
  };
  const { counted, changes } = await context.db.write({
    noteSpent: noteSpent(values),
    counted: countWrongPayPassword(values),
    changes: insertGift(values),
    useUpProof: useUpProof(values),
    open: open(values),
    move: move(values),
    bills: bills(values),
    reply: context.remember(reply, remember, values),
  });
  if (changes > 0) return;
  await explainPayPassword(context, counted, values);
  await explainHold(context, values, gift.price);
  const [found] = await context.db.read(obstacles(values));
  if (gift.price > 0 && !found?.covered) refuse('NOT_ENOUGH_MONEY');
  const needsPassword = gift.price > 0 && payPassword === undefined && found?.offered && !found.withinLimits;
  refuse(needsPassword ? missingPayPassword(found.hasPassword > 0) : 'REFUSED');
}
