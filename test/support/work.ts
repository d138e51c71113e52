import { heapStats } from 'bun:jsc';
import { EventEmitter } from 'node:events';

/** Counts what all emitters of this process hold and do, from `watchEmitters` on. */
export interface EmitterWatch {
  /** Listeners of every emitter that is still alive. */
  listeners(): number;
  /** Listeners that were run so far. */
  runs(): number;
  /** Names that were listened to on emitters of a class. */
  namesOn(className: string): string[];
  stop(): void;
}

const ADDERS = ['on', 'addListener', 'once', 'prependListener', 'prependOnceListener'] as const;

export function watchEmitters(): EmitterWatch {
  const seen = new Set<WeakRef<EventEmitter>>();
  const known = new WeakSet<EventEmitter>();
  const names = new Map<string, Set<string>>();
  const { prototype } = EventEmitter;
  const originals = {
    emit: prototype.emit,
    ...Object.fromEntries(ADDERS.map((name) => [name, prototype[name]])),
  };
  let runs = 0;
  for (const adder of ADDERS) {
    const original = prototype[adder];
    prototype[adder] = function (this: EventEmitter, name, listener) {
      if (!known.has(this)) seen.add(new WeakRef(this));
      known.add(this);
      const ofClass = names.get(this.constructor.name) ?? new Set();
      names.set(this.constructor.name, ofClass.add(String(name)));
      return original.call(this, name, listener);
    };
  }
  const { emit } = prototype;
  prototype.emit = function (this: EventEmitter, name: string | symbol, ...rest: unknown[]) {
    runs += this.listenerCount(name);
    return emit.call(this, name, ...rest);
  };
  const countOf = (emitter: EventEmitter) =>
    emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0);
  return {
    listeners() {
      let sum = 0;
      for (const reference of seen) {
        const emitter = reference.deref();
        if (emitter) sum += countOf(emitter);
        else seen.delete(reference);
      }
      return sum;
    },
    runs: () => runs,
    namesOn: (className) => [...(names.get(className) ?? [])],
    stop: () => void Object.assign(prototype, originals),
  };
}

/** Objects that are alive in this process, after everything dead has been taken away. */
export function liveObjects(): number {
  Bun.gc(true);
  return heapStats().objectCount;
}
