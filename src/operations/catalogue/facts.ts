import { yuan } from '../../core/fen.ts';
import type { Facts } from '../operation.ts';

/** A thing of the catalogue as it stands, flat: prices in fen, durations in seconds, yes and no as 1 and 0. */
export type State = Readonly<Record<string, string | number>>;

const DAY_SECONDS = 24 * 3600;

/** How a member goes out: its name and its value, as operators read it. */
const SHOWN: Readonly<Record<string, (value: number) => readonly [name: string, value: string | number]>> = {
  price: (fen) => ['yuan', yuan(fen)],
  seconds: (seconds) => ['days', seconds / DAY_SECONDS],
  withdrawn: (is) => ['state', is ? 'withdrawn' : 'offered'],
  withheld: (is) => ['state', is ? 'withheld' : 'for sale'],
};

/** A state as the audit, the history and lists show it. */
export const factsOf = (state: State): Facts =>
  Object.fromEntries(
    Object.entries(state).map(
      ([name, value]) => (typeof value === 'number' ? SHOWN[name]?.(value) : undefined) ?? [name, value],
    ),
  );

/** Seconds of so many days. */
export const secondsOf = (days: number): number => days * DAY_SECONDS;
/** Days of so many seconds. */
export const daysOf = (seconds: number): number => seconds / DAY_SECONDS;

/** Whether it is offered, in the word of `factsOf`. */
export const offeredText = (withdrawnAt: number | null): string =>
  withdrawnAt === null ? 'offered' : 'withdrawn';
