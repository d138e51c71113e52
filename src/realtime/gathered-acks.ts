import type { Acknowledgement } from './cursors.ts';

/**
 * Acknowledgements of one user, written one batch after another. Those that come while one is being written go
 * together, and of each kind of device only the last. So a flood of them costs no more than the database takes.
 */
export class GatheredAcks {
  private readonly waiting = new Map<number, Acknowledgement>();
  private writing: Promise<void> | undefined;
  private readonly write: (acks: readonly Acknowledgement[]) => Promise<void>;

  constructor(write: (acks: readonly Acknowledgement[]) => Promise<void>) {
    this.write = write;
  }

  /** Answers when it has been written, or a later one of its kind in its place; rejects where that failed. */
  add(ack: Acknowledgement): Promise<void> {
    if ((this.waiting.get(ack.device)?.seq ?? -1) < ack.seq) this.waiting.set(ack.device, ack);
    this.writing ??= this.writeAll().finally(() => {
      this.writing = undefined;
    });
    return this.writing;
  }

  private async writeAll(): Promise<void> {
    while (this.waiting.size > 0) {
      const some = [...this.waiting.values()];
      this.waiting.clear();
      await this.write(some);
    }
  }
}
