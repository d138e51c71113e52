import type { Clock } from '../core/clock.ts';
import type { Settings } from '../core/settings.ts';
import type { Network } from './address.ts';
import { countedAs } from './counted-as.ts';
import { Refusal } from './failure.ts';

/** The owner of bytes, and how many it may hold. */
interface Share {
  readonly key: string;
  readonly limit: number;
}

/** What can be ended from outside while it waits for its sender. */
export interface Waiting {
  /** Ends it with this refusal where its sender is too slow. */
  endIfTooSlow(now: number): void;
}

type Sizes = Pick<
  Settings,
  'BODIES_HELD_BYTES' | 'BODIES_HELD_PER_ADDRESS' | 'BODIES_HELD_PER_USER' | 'UPLOAD_MAX_BYTES'
>;

/** What nobody in particular sends may fill this part of the whole: the rest is left to callers who are known. */
const ANONYMOUS = 1 / 4;
/** And of that, one network this part, so that no stranger alone shuts the others out. */
const ONE_STRANGER = 1 / 4;
/** Beside a file, what a form has around it. */
const AROUND = 1024 * 1024;
/** Seconds after which a client should try once more. */
const RETRY_AFTER = 5;

/**
 * Counts the bytes of bodies that are held at this moment, for each address, each user and in all, and knows which
 * bodies are waited for. One for a process, or for an isolate.
 */
export class Intake {
  readonly clock: Clock;
  /** True where each large body needs a timer of its own, because nothing outlives a request (Workers). */
  readonly hasNoSweep: boolean;
  readonly #sizes: { readonly all: number; readonly address: number; readonly user: number };
  readonly #held = new Map<string, number>();
  readonly #waiting = new Set<Waiting>();

  constructor(sizes: Sizes, clock: Clock, hasNoSweep = false) {
    // One file of the allowed size always has room.
    const least = sizes.UPLOAD_MAX_BYTES + AROUND;
    this.#sizes = {
      all: Math.max(sizes.BODIES_HELD_BYTES, least),
      address: Math.max(sizes.BODIES_HELD_PER_ADDRESS, least),
      user: Math.max(sizes.BODIES_HELD_PER_USER, least),
    };
    this.clock = clock;
    this.hasNoSweep = hasNoSweep;
  }

  /** The owners for whom the bytes of a call count. */
  sharesOf(networks: readonly Network[], user: number | undefined): readonly Share[] {
    const { all, address } = this.#sizes;
    const ofNetworks = networks.map(({ key, times }) => ({
      key: countedAs.network(key),
      limit: address * times,
    }));
    const whole = { key: 'all', limit: all };
    if (user !== undefined)
      return [whole, { key: countedAs.user(user), limit: this.#sizes.user }, ...ofNetworks];
    const strangers = all * ANONYMOUS;
    const ofStrangers = networks.map(({ key }) => ({ key: `s:${key}`, limit: strangers * ONE_STRANGER }));
    return [whole, { key: 'anonymous', limit: strangers }, ...ofStrangers, ...ofNetworks];
  }

  /** Counts bytes for all of these, or refuses BUSY and counts nothing. */
  hold(shares: readonly Share[], bytes: number): void {
    const isFull = shares.some(({ key, limit }) => (this.#held.get(key) ?? 0) + bytes > limit);
    if (isFull) throw new Refusal('BUSY', { retryAfter: RETRY_AFTER });
    for (const { key } of shares) this.#held.set(key, (this.#held.get(key) ?? 0) + bytes);
  }

  release(shares: readonly Share[], bytes: number): void {
    for (const { key } of shares) {
      const left = (this.#held.get(key) ?? 0) - bytes;
      if (left > 0) this.#held.set(key, left);
      else this.#held.delete(key);
    }
  }

  /** Bytes that are held now. */
  get held(): number {
    return this.#held.get('all') ?? 0;
  }

  /** Bodies that are waited for now. */
  get waiting(): number {
    return this.#waiting.size;
  }

  begin(body: Waiting): void {
    this.#waiting.add(body);
  }

  end(body: Waiting): void {
    this.#waiting.delete(body);
  }

  /**
   * Ends the bodies whose senders are too slow. Called every second: no body of a few bytes needs a timer for
   * itself.
   */
  sweep(): void {
    const now = this.clock.now();
    for (const body of this.#waiting) body.endIfTooSlow(now);
  }
}
