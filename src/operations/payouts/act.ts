import { sql } from 'drizzle-orm';
import { PAYOUT, payouts } from '../../../db/schema/wallet.ts';
import { yuan } from '../../core/fen.ts';
import type { PayoutId, UserId } from '../../core/ids.ts';
import { payoutState } from '../../features/payouts/list.ts';
import { isDoubtful } from '../../features/payouts/queue.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import type { Act } from '../operation.ts';

const DOUBTFUL =
  'Nothing was done: a provider may pay it, or has. Wait, hold it while it is queued, or look there and say --force.';
/** What is said of a payout that waits, where nothing else is known. */
export const CHANGED_MEANWHILE = 'Nothing was done: it changed meanwhile. Look at the list.';

/** What does not change of a payout, and how it stands. */
export type PayoutFacts = {
  readonly id: PayoutId;
  readonly user: UserId;
  readonly amount: number;
  readonly state: number;
};
const some = prepareRead<{ numbers: string }, PayoutFacts>(
  sql`SELECT id, user_id, amount, state FROM ${payouts} WHERE id IN (SELECT value FROM json_each(${p('numbers')}))`,
  ['id', 'user', 'amount', 'state'],
);

/** What is known of these payouts, by number. */
export async function payoutFacts({ db }: Pick<Platform, 'db'>, numbers: readonly PayoutId[]) {
  const rows = await db.read(some({ numbers: JSON.stringify(numbers) }));
  return new Map(rows.map((row) => [row.id, row]));
}

/** The words for an act on a payout. */
export interface Words {
  /** The state that it ends in, as the audit names it. */
  readonly becomes: string;
  /** True where it does more with --force: what a provider may pay is not ended or sent again without. */
  readonly takesForce?: true;
  /** What is said when it did nothing to a payout that waits. */
  readonly whenWaiting: string;
  /** What is said when it did nothing to one that has ended; by default, how it ended. */
  readonly whenEnded?: string;
}

async function whyNot(home: Platform, payout: PayoutId, words: Words): Promise<string> {
  const state = await payoutState(home, payout);
  if (state === undefined) return `There is no payout ${payout}.`;
  if (state !== 'waiting') return words.whenEnded ?? `Payout ${payout} is ${state} already.`;
  return words.takesForce && (await isDoubtful(home, payout)) ? DOUBTFUL : words.whenWaiting;
}

const STATES = Object.fromEntries(Object.entries(PAYOUT).map(([name, state]) => [state, name]));

/**
 * An act on a payout, for its audit and its answer.
 * @param known the payout, where it has been read already
 */
export async function payoutAct(
  home: Platform,
  payout: PayoutId,
  steps: { readonly batch: Act['batch']; readonly marks: readonly string[] },
  words: Words,
  known?: PayoutFacts,
): Promise<Act> {
  const found = known ?? (await payoutFacts(home, [payout])).get(payout);
  const facts = found ? { user: found.user, yuan: yuan(found.amount) } : {};
  return {
    ...steps,
    on: payout,
    before: { ...facts, payout: STATES[found?.state ?? PAYOUT.waiting] ?? 'waiting' },
    after: { ...facts, payout: words.becomes },
    whyNot: () => whyNot(home, payout, words),
  };
}
