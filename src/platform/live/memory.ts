import { BoundedMap } from '../../core/bounded.ts';
import type { Clock } from '../../core/clock.ts';
import type { Actors, Core, Kv, MakeCore } from './live.ts';

/** Cores of one kind at most; beyond that the oldest is forgotten. */
const CAPACITY = 100_000;

class MapKv<Value> implements Kv<Value> {
  private readonly map = new Map<string, Value>();

  get(key: string): Value | undefined {
    return this.map.get(key);
  }
  put(key: string, value: Value): void {
    this.map.set(key, value);
  }
  delete(key: string): void {
    this.map.delete(key);
  }
  list(prefix: string): readonly (readonly [string, Value])[] {
    return [...this.map]
      .filter(([key]) => key.startsWith(prefix))
      .sort(([one], [other]) => (one < other ? -1 : 1));
  }
  get isEmpty(): boolean {
    return this.map.size === 0;
  }
}

/** One core and its alarm. */
class Hosted<Message, Answer, Value> {
  private readonly kv = new MapKv<Value>();
  private readonly core: Core<Message, Answer>;
  private readonly clock: Clock;
  private readonly dropIfEmpty: () => void;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(make: MakeCore<Message, Answer, Value>, clock: Clock, drop: () => void) {
    this.clock = clock;
    this.dropIfEmpty = () => {
      if (this.kv.isEmpty) drop();
    };
    const now = () => clock.now();
    this.core = make({ kv: this.kv, now, setAlarm: (at) => this.setAlarm(at) });
  }

  handle(message: Message): Answer {
    const answer = this.core.handle(message);
    this.dropIfEmpty();
    return structuredClone(answer); // as between two Workers: what the caller gets is a copy
  }

  private setAlarm(at: number) {
    this.stop();
    this.timer = setTimeout(() => this.ring(at), Math.max(0, at - this.clock.now()));
    // A server that closes does not wait for it.
    this.timer.unref?.();
  }

  private ring(at: number) {
    // A timer may come early.
    if (this.clock.now() < at) return this.setAlarm(at);
    this.core.onAlarm();
    this.dropIfEmpty();
  }

  stop() {
    clearTimeout(this.timer);
  }
}

/** Cores in this process: one a name, made when it is first written to and forgotten when it holds nothing. */
export function memoryActors<Message, Answer, Value>(
  make: MakeCore<Message, Answer, Value>,
  clock: Clock,
  capacity = CAPACITY,
): Actors<Message, Answer> & { readonly size: number } {
  const hosted = new BoundedMap<string, Hosted<Message, Answer, Value>>(capacity, (core) => core.stop());
  const drop = (name: string) => {
    hosted.get(name)?.stop();
    hosted.delete(name);
  };
  const start = (name: string) => {
    const core = new Hosted(make, clock, () => drop(name));
    hosted.set(name, core);
    return core;
  };
  return {
    send: async (name, message) => (hosted.get(name) ?? start(name)).handle(message),
    get size() {
      return hosted.size;
    },
  };
}
