/** Epoch milliseconds. Features never call `Date.now()`, so that tests can hold the clock. */
export interface Clock {
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };
