/** Ends of stretches that were sent and not yet acknowledged, each with its number of events, oldest first. */
export type Stretches = readonly (readonly [end: number, count: number])[];

/** Events that a client may leave unacknowledged before it gets no more. */
export const WINDOW = 500;
/** A stretch is not longer than this, so that what is kept of a socket stays small. */
const STRETCH = 50;

const total = (stretches: Stretches) => stretches.reduce((sum, [, count]) => sum + count, 0);

/** How many events may be sent now. */
export const roomIn = (stretches: Stretches): number => Math.max(0, WINDOW - total(stretches));

/** One event more was sent. */
export function afterSending(stretches: Stretches, seq: number): Stretches {
  const last = stretches.at(-1);
  if (!last || last[1] >= STRETCH) return [...stretches, [seq, 1]];
  return [...stretches.slice(0, -1), [seq, last[1] + 1]];
}

/** Everything up to `seq` was acknowledged; a stretch counts until its end is. */
export const afterAck = (stretches: Stretches, seq: number): Stretches =>
  stretches.filter(([end]) => end > seq);
