import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import { messageOf } from '../core/message-of.ts';
import type { Db } from '../platform/database/db.ts';
import { WritesPaused } from '../platform/database/executor.ts';
import { type Acknowledgement, acknowledge } from './cursors.ts';

/** How long an acknowledgement waits for others, so that a busy socket does not write a row for each event. */
const GATHER_MS = 250;
/** Cursors that one batch moves: a larger one would hold up everything else. */
const TOGETHER = 100;

/**
 * Acknowledgements of many sockets, written together. Losing the last ones is harmless: those events are
 * offered again to clients that do not say where they are.
 */
export class Acks {
  private readonly waiting = new Map<string, Acknowledgement>();
  private readonly db: Db;
  private readonly clock: Clock;
  private readonly log: Log;
  private writing: Promise<void> | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(db: Db, clock: Clock, log: Log) {
    this.db = db;
    this.clock = clock;
    this.log = log;
  }

  add(ack: Acknowledgement): void {
    const key = `${ack.userId}:${ack.device}`;
    if ((this.waiting.get(key)?.seq ?? 0) < ack.seq) this.waiting.set(key, ack);
    this.timer ??= setTimeout(() => void this.flush(), GATHER_MS);
  }

  /** Writes what waits. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    while (this.waiting.size > 0) {
      this.writing ??= this.writeSome().finally(() => {
        this.writing = undefined;
      });
      await this.writing;
    }
    await this.writing;
  }

  private async writeSome(): Promise<void> {
    const some = [...this.waiting].slice(0, TOGETHER);
    for (const [key] of some) this.waiting.delete(key);
    try {
      await this.db.write(
        acknowledge(
          some.map(([, ack]) => ack),
          this.clock.now(),
        ),
      );
    } catch (error) {
      // The next acknowledgement says this one, too.
      if (error instanceof WritesPaused) return;
      this.log.error('acknowledgements lost', {
        error: messageOf(error),
      });
    }
  }
}
