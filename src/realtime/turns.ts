import type { Log } from '../core/log.ts';
import { messageOf } from '../core/message-of.ts';

/** Bytes that may wait for one client, each way: of its own messages for their turn, and of answers for it to take. */
export const MAX_WAITING_BYTES = 1024 * 1024;

/** Why a client is closed (4408) for whom more waits. */
export const TOO_MUCH = 'too much waits';

/** What a piece of work costs beside what it holds. */
const PIECE_BYTES = 512;

/** The work of one client, done one piece after another in the order in which it came. */
export class Turns {
  private last: Promise<void> = Promise.resolve();
  private waiting = 0;
  private readonly log: Log;

  constructor(log: Log) {
    this.log = log;
  }

  /** More waits than a client may leave to the server: it must be sent away. */
  get isFull(): boolean {
    return this.waiting > MAX_WAITING_BYTES;
  }

  /**
   * Does `work` when all before it has ended. Never rejects: a fault is logged, and the next piece has its turn.
   * @param held text that `work` holds until it has ended
   */
  add(held: string, work: () => void | Promise<void>): Promise<void> {
    const bytes = PIECE_BYTES + 2 * held.length;
    this.waiting += bytes;
    this.last = this.last
      .then(work)
      .catch((error: unknown) => {
        this.log.error('fault', {
          path: '/im',
          error: messageOf(error),
        });
      })
      .then(() => {
        this.waiting -= bytes;
      });
    return this.last;
  }
}
