import type { ActorsOf, Core, MakeCore, Port } from '../../platform/live/live.ts';
import { chordSquare, type Point, shownDistance } from '../nearby/sphere.ts';

/** How long a shake waits for another, and how long the two stay each other's answer (docs/decisions.md#shake). */
export const SHAKE_MS = 10_000;

/** Two people who shook together. Each has a record, whose id was known before they met. */
export interface Pair {
  readonly first: { readonly user: number; readonly record: number };
  readonly second: { readonly user: number; readonly record: number };
  /** Square of the straight line between them in cm². */
  readonly square: number;
}

export interface Shake {
  readonly user: number;
  /** Where the user counts as being (`stand`). */
  readonly point: Point;
  /** Those whom this user must not meet: blocked either way. */
  readonly hidden: readonly number[];
  /** Ids of the two records, for the case that the user meets somebody now. */
  readonly records: readonly [first: number, second: number];
}

export type Shaken = { readonly is: 'alone' } | { readonly is: 'paired'; readonly pair: Pair };

type Waiting = { readonly user: number; readonly point: Point; readonly until: number };
type Paired = { readonly pair: Pair; readonly until: number };
export type ShakeState = Waiting | Paired;

const waitingKey = (user: number) => `waiting:${user}`;
const pairedKey = (user: number) => `paired:${user}`;

/**
 * Brings together who shakes within ten seconds, nearest first, each with one partner. There is one for the world.
 */
class ShakeMatcher implements Core<Shake, Shaken> {
  private readonly port: Port<ShakeState>;
  private isSweeping = false;
  constructor(port: Port<ShakeState>) {
    this.port = port;
  }

  handle(shake: Shake): Shaken {
    const { kv, now } = this.port;
    const before = kv.get(pairedKey(shake.user));
    if (before && 'pair' in before && now() <= before.until) return { is: 'paired', pair: before.pair };
    const until = now() + SHAKE_MS;
    this.sweepAt(until);
    const other = this.nearest(shake);
    if (!other) {
      kv.put(waitingKey(shake.user), { user: shake.user, point: shake.point, until });
      return { is: 'alone' };
    }
    const [first, second] = shake.records;
    const pair: Pair = {
      first: { user: other.user, record: first },
      second: { user: shake.user, record: second },
      square: chordSquare(other.point, shake.point),
    };
    for (const { user } of [pair.first, pair.second]) {
      kv.delete(waitingKey(user));
      kv.put(pairedKey(user), { pair, until });
    }
    return { is: 'paired', pair };
  }

  /** Of who waits within the same step of distance, who came first: what is nearer than is told does not count. */
  private nearest({ user, point, hidden }: Shake): Waiting | undefined {
    const now = this.port.now();
    const excluded = new Set([user, ...hidden]);
    let best: { readonly waiting: Waiting; readonly distance: number } | undefined;
    for (const [, waiting] of this.port.kv.list('waiting:')) {
      if (!('user' in waiting) || waiting.until < now || excluded.has(waiting.user)) continue;
      const distance = shownDistance(chordSquare(point, waiting.point));
      const isEarlier = distance === best?.distance && waiting.until < best.waiting.until;
      if (!best || distance < best.distance || isEarlier) best = { waiting, distance };
    }
    return best?.waiting;
  }

  /** The alarm is not moved by every shake: a stream of them would keep it from ever ringing. */
  private sweepAt(at: number) {
    if (this.isSweeping) return;
    this.isSweeping = true;
    this.port.setAlarm(at + 1);
  }

  onAlarm(): void {
    const { kv, now } = this.port;
    this.isSweeping = false;
    let left = 0;
    for (const [key, { until }] of [...kv.list('')]) {
      if (until < now()) kv.delete(key);
      else left += 1;
    }
    if (left > 0) this.sweepAt(now() + SHAKE_MS);
  }
}

export const shakeMatcher: MakeCore<Shake, Shaken, ShakeState> = (port) => new ShakeMatcher(port);

declare module '../../platform/live/live.ts' {
  interface Live {
    readonly shake: ActorsOf<typeof shakeMatcher>;
  }
}
