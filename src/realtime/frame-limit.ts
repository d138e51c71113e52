import type { Clock } from '../core/clock.ts';
import type { UserId } from '../core/ids.ts';
import type { Settings } from '../core/settings.ts';
import { MINUTE_MS } from '../platform/limiter/limiter.ts';

/** Why a client is closed (4429) that says more than it may. */
export const TOO_MANY_FRAMES = 'too many frames';

/** The limit that the settings name. */
export const framesAMinuteOf = ({ RATE_LIMITS, RATE_PER_SOCKET }: Settings): number =>
  RATE_LIMITS === 'off' ? Number.POSITIVE_INFINITY : RATE_PER_SOCKET;

/**
 * Counts what the sockets of each user say, all of them together and whatever it is, so that a new kind of
 * packet is limited before anybody has thought of it. Every frame is counted as it comes, before it is parsed.
 */
export class FrameLimit {
  /** The oldest first: a window that begins again is put at the end. */
  private readonly windows = new Map<UserId, { until: number; count: number }>();
  private readonly clock: Clock;
  private readonly limit: number;

  /** @param limit frames per user and minute; `Infinity` for no limit */
  constructor(clock: Clock, limit: number) {
    this.clock = clock;
    this.limit = limit;
  }

  /** Counts one frame; false where it is one too many. */
  spend(user: UserId): boolean {
    if (this.limit === Number.POSITIVE_INFINITY) return true;
    const now = this.clock.now();
    const window = this.windows.get(user);
    if (window && window.until > now) {
      window.count += 1;
      return window.count <= this.limit;
    }
    this.forget(user, now);
    this.windows.set(user, { until: now + MINUTE_MS, count: 1 });
    return true;
  }

  /** Takes a frame back: one that answers something of ours costs nothing, for the server has set their number. */
  refund(user: UserId): void {
    const window = this.windows.get(user);
    if (window && window.count > 0) window.count -= 1;
  }

  /** Milliseconds until this user may connect again; 0 where nothing forbids it. */
  waitFor(user: UserId): number {
    const window = this.windows.get(user);
    const now = this.clock.now();
    return window && window.until > now && window.count > this.limit ? window.until - now : 0;
  }

  /** How many users are remembered: those who have said something within a minute. */
  get size(): number {
    return this.windows.size;
  }

  private forget(user: UserId, now: number): void {
    this.windows.delete(user);
    for (const [other, { until }] of this.windows) {
      if (until > now) return;
      this.windows.delete(other);
    }
  }
}
