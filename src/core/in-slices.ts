import type { Clock } from './clock.ts';

/** What one run of background work may take before it leaves the rest to the next. */
export interface Allowance {
  /** Round trips to the database: a Worker may make so many requests a run, and no more. */
  readonly trips: number;
  /** Milliseconds of its own work, its pauses not counted. */
  readonly ms: number;
  /** Requests to others that may be open at once. */
  readonly connections: number;
}

/** On Bun: a second of work, in steps of some milliseconds. */
export const SERVER_RUN: Allowance = { trips: Number.POSITIVE_INFINITY, ms: 1000, connections: 50 };
/**
 * In one run of a Worker's cron, for all jobs: of the requests that it may make, files and providers need some,
 * too. It may have six connections open, and one is the database's.
 */
export const WORKER_RUN: Allowance = { trips: 600, ms: 5000, connections: 5 };

/** The longest pause between two steps, milliseconds. */
const LONGEST_PAUSE_MS = 20;

/**
 * Takes one step of background work after another until nothing is left or the run's allowance is used up. Between
 * two steps it rests as long as the last one took, so that half of the time is left to whoever else is served.
 *
 * A step is bounded in rows, so that it holds the thread for some milliseconds at most, and leaves behind how far it
 * has come: the next run goes on there.
 * @param step answers whether there may be more to do
 * @param options `trips`: how many round trips to the database a step makes at most, 1 by default
 */
export async function inSlices(
  clock: Clock,
  step: () => Promise<boolean>,
  {
    trips = 1,
    allowance = SERVER_RUN,
  }: { readonly trips?: number; readonly allowance?: Allowance | undefined } = {},
): Promise<void> {
  let worked = 0;
  // One step at least, so that nothing rests for ever however small its share is.
  for (let used = 0; used === 0 || used + trips <= allowance.trips; used += trips) {
    const began = clock.now();
    if (!(await step())) return;
    const took = clock.now() - began;
    worked += took;
    if (worked >= allowance.ms) return;
    await new Promise((rested) => setTimeout(rested, Math.min(took, LONGEST_PAUSE_MS)));
  }
}
