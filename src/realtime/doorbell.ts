import type { UserId } from '../core/ids.ts';

/** Tells those who wait that something may have come; anybody who is woken has to look. */
export interface Doorbell {
  /** Starts waiting now. `rung` is true when a look may be worth while, false after `ms`; `stop` ends it. */
  wait(userId: UserId, ms: number): { readonly rung: Promise<boolean>; stop(): void };
}

/** For a home that is not told of what others write: a look every `intervalMs`. */
export const pollingDoorbell = (intervalMs: number): Doorbell => ({
  wait(_, ms) {
    let stop = () => {};
    const rung = new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(intervalMs < ms), Math.min(ms, intervalMs));
      stop = () => {
        clearTimeout(timer);
        resolve(false);
      };
    });
    return { rung, stop };
  },
});

/** For one process: everybody who waits, by user. */
export class Bells implements Doorbell {
  private readonly waiting = new Map<UserId, Set<(rung: boolean) => void>>();
  private readonly waits: (user: UserId) => void;
  private isClosed = false;

  /** @param waits is called for everybody who begins to wait */
  constructor(waits: (user: UserId) => void = () => {}) {
    this.waits = waits;
  }

  wait(userId: UserId, ms: number): { rung: Promise<boolean>; stop(): void } {
    if (this.isClosed) return { rung: Promise.resolve(false), stop() {} };
    let end = (_: boolean) => {};
    const rung = new Promise<boolean>((resolve) => {
      const all = this.waiting.get(userId) ?? new Set();
      end = (isRung) => {
        clearTimeout(timer);
        all.delete(end);
        if (all.size === 0 && this.waiting.get(userId) === all) this.waiting.delete(userId);
        resolve(isRung);
      };
      const timer = setTimeout(() => end(false), ms);
      this.waiting.set(userId, all.add(end));
    });
    this.waits(userId);
    return { rung, stop: () => end(false) };
  }

  has(userId: UserId): boolean {
    return this.waiting.has(userId);
  }

  users(): Iterable<UserId> {
    return this.waiting.keys();
  }

  /** How many wait. */
  get size(): number {
    return [...this.waiting.values()].reduce((sum, all) => sum + all.size, 0);
  }

  get isEmpty(): boolean {
    return this.waiting.size === 0;
  }

  ring(userId: UserId): void {
    for (const end of this.waiting.get(userId) ?? []) end(true);
  }

  /** Sends everybody away, and whoever comes after, at shutdown. */
  close(): void {
    this.isClosed = true;
    for (const all of [...this.waiting.values()]) for (const end of all) end(false);
  }
}
