import type { Log } from '../platform/log.ts';

/** The work of one client, done one piece after another in the order in which it came. */
export class Turns {
  private last: Promise<void> = Promise.resolve();
  private readonly log: Log;

  constructor(log: Log) {
    this.log = log;
  }

  /** Does `work` when all before it has ended. Never rejects: a fault is logged, and the next piece has its turn. */
  add(work: () => void | Promise<void>): Promise<void> {
    this.last = this.last.then(work).catch((error: unknown) => {
      this.log.error('fault', { path: '/im', error: error instanceof Error ? error.message : typeof error });
    });
    return this.last;
  }
}
