const SECOND = 1000;
const HOUR = 3600 * SECOND;

/** When the provider is asked what became of a transfer: 30 s, 1½, 3½ and 10 minutes after it was sent … */
const WAITS_S = [30, 60, 120, 390, 600, 1200] as const;
/** … 20 and 40 minutes after it, and from then on every hour, until it answers. */
const LATER_MS = HOUR;
/** A number that is still not known by this question has not arrived: 10 minutes after it was sent. */
export const NOT_FOUND_FROM = 4;
/**
 * Nothing is sent that was queued, or sent first, longer ago: the database may be a backup, and who knows how long
 * a provider remembers numbers.
 */
export const SEND_WITHIN_MS = 24 * HOUR;
/** A claim that took longer is not used: whoever slept meanwhile leaves it to the question. */
export const CLAIM_LIFE_MS = 20 * SECOND;

/** What has ended is asked about after 6 hours and then daily: for two weeks banks may send money back. */
const FIRST_WATCH_MS = 6 * HOUR;
const WATCH_MS = 24 * HOUR;
const WATCHES = 15;
/** No plan is further away than this; what seems to be was made by a clock that was wrong. */
export const LONGEST_WAIT_MS = WATCH_MS;

/** Epoch ms of the next question after so many, of a transfer without a final answer. */
export const nextAsk = (asks: number, now: number): number => {
  const wait = WAITS_S[asks];
  return now + (wait === undefined ? LATER_MS : wait * SECOND);
};

/** Epoch ms of the next look at what has ended after so many; null: no more. */
export const nextWatch = (asks: number, now: number): number | null => {
  if (asks >= WATCHES) return null;
  return now + (asks === 0 ? FIRST_WATCH_MS : WATCH_MS);
};
