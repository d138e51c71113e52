import { fen, yuan } from '../../core/fen.ts';
import type { Paid } from '../../features/corrections/records.ts';
import type { Reversal } from '../../features/corrections/reversal.ts';
import { balanceOf } from '../../ledger/accounts.ts';
import type { Batch } from '../../platform/database/db.ts';
import type { Platform } from '../../realtime/context.ts';
import type { Actor } from '../actor.ts';
import type { Act } from '../operation.ts';
import { nothingDone, Refused } from '../refused.ts';

/** What is given back, by its number, and how it is called. */
interface Record {
  readonly number: number;
  readonly called: string;
  readonly paid: Paid | undefined;
}

const isOwner = (actor: Actor) =>
  actor.kind === 'shell' || (actor.kind === 'operator' && actor.role === 'owner');

/**
 * Gives back what a person was paid: from their wallet what is left of it. The rest comes from `adjustments` where an
 * owner says so; otherwise it may be given back another time.
 */
export async function reversing(
  home: Platform,
  actor: Actor,
  { number, called, paid }: Record,
  fromAdjustments: boolean,
  batch: (home: Platform, reversal: Reversal) => Batch,
): Promise<Act> {
  if (!paid) return nothingDone(`There is no ${called}.`);
  const { payer, receiver, amount, reversed } = paid;
  if (receiver === null || !paid.isPaid)
    return nothingDone(`The ${called} was not taken: its money goes back by itself.`);
  if (payer === receiver) return nothingDone(`The ${called} was the sender’s own.`);
  if (fromAdjustments && !isOwner(actor))
    throw new Refused('NOT_ALLOWED', 'Only an owner gives the rest from adjustments.', 'fromAdjustments');
  const open = amount - reversed;
  if (open <= 0) return nothingDone(`The ${called} was given back already.`);
  const [account] = await home.db.read(balanceOf({ account: receiver }));
  const taken = fen(Math.min(open, account?.balance ?? 0));
  const added = fen(fromAdjustments ? open - taken : 0);
  if (taken + added === 0)
    return nothingDone(
      `Nothing is left in the wallet of ${receiver}: an owner may give it back from adjustments.`,
    );
  return {
    on: number,
    batch: batch(home, { record: number, payer, receiver, reversed, taken, added }),
    marks: ['opened'],
    money: { fen: fen(taken + added), whom: payer },
    before: { reversed: yuan(reversed) },
    after: {
      user: payer,
      from: receiver,
      yuan: yuan(taken + added),
      taken: yuan(taken),
      fromAdjustments: yuan(added),
      missing: yuan(open - taken - added),
    },
    whyNot: async () => 'Nothing was done: the wallets changed meanwhile. Look again.',
  };
}
