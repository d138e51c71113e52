import { yuan } from '../../core/fen.ts';
import type { PayoutId } from '../../core/ids.ts';
import { bouncePayout, returnPayout, settlePayout } from '../../features/payouts/end.ts';
import { countPayouts, payoutState, waitingPayouts } from '../../features/payouts/list.ts';
import { holdPayout, isDoubtful, sendPayout } from '../../features/payouts/queue.ts';
import type { Platform } from '../../realtime/context.ts';
import { type Action, listing, NothingDone, numberOf, timeText, UNREADABLE } from './action.ts';

const DOUBTFUL =
  'Nothing was done: a provider may pay it, or has. Wait, hold it while it is queued, or look there and say --force.';

interface Change {
  run(platform: Platform, payout: PayoutId, force: boolean): Promise<boolean>;
  readonly about: string;
  /** True where it does more with --force: what a provider may pay is not ended or sent again without. */
  readonly takesForce?: true;
  /** What is said when it did nothing to a payout that waits. */
  readonly whenWaiting: string;
  /** What is said when it did nothing to one that has ended; by default, how it ended. */
  readonly whenEnded?: string;
}

/** Why nothing was done to a payout. */
async function reasonOf(platform: Platform, payout: PayoutId, change: Change): Promise<string> {
  const state = await payoutState(platform, payout);
  if (state === undefined) return `There is no payout ${payout}.`;
  if (state !== 'waiting') return change.whenEnded ?? `Payout ${payout} is ${state} already.`;
  return change.takesForce && (await isDoubtful(platform, payout)) ? DOUBTFUL : change.whenWaiting;
}

function changing(name: string, change: Change): Action {
  return {
    usage: `admin payouts ${name} PAYOUT${change.takesForce ? ' [--force]' : ''}`,
    about: change.about,
    operands: [1, 1],
    ...(change.takesForce ? { options: { force: 'boolean' } as const } : {}),
    async run({ platform }, args, print) {
      const payout = numberOf<PayoutId>('payout', args.operands[0]);
      if (await change.run(platform, payout, args.has('force'))) return print('Done.');
      throw new NothingDone(await reasonOf(platform, payout, change));
    },
  };
}

export const payouts: Readonly<Record<string, Action>> = {
  list: listing(
    'payouts',
    'withdrawals: number, user, yuan, bank, card, since when, and how it fares at a provider',
    async ({ platform }, page) => {
      const rows = (await waitingPayouts(platform, page)).map((payout) => ({
        payout: payout.id,
        user: payout.userId,
        yuan: yuan(payout.amount),
        bank: payout.bankName,
        card: payout.cardNumber ?? UNREADABLE,
        since: timeText(payout.createdAt),
        ...(payout.standing ? { standing: payout.standing } : {}),
      }));
      return [rows, await countPayouts(platform)];
    },
  ),
  settle: changing('settle', {
    run: settlePayout,
    about: 'the money has left the bank',
    whenWaiting: 'Nothing was done: it changed meanwhile. Look at the list.',
    takesForce: true,
  }),
  return: changing('return', {
    run: returnPayout,
    about: 'it could not be paid: back into the wallet',
    whenWaiting: 'Nothing was done: it changed meanwhile. Look at the list.',
    takesForce: true,
  }),
  send: changing('send', {
    run: sendPayout,
    about: 'to the provider: again, or for the first time',
    takesForce: true,
    whenWaiting:
      'Nothing to send: the payout does not wait for you, it has no card or confirmed name, or WITHDRAW_PROVIDER names nobody.',
    whenEnded: 'Nothing to send: the payout has ended.',
  }),
  hold: changing('hold', {
    run: holdPayout,
    about: 'out of the provider’s queue: it is yours',
    whenWaiting: 'The payout is not queued; what was sent cannot be held.',
  }),
  bounced: changing('bounced', {
    run: (platform, payout) => bouncePayout(platform, payout),
    about: 'it was settled, but the bank has sent it back: into the wallet again',
    whenWaiting: 'The payout is not settled: it still waits.',
  }),
};
