import { DurableObject } from 'cloudflare:workers';
import type { Actors, Core, MakeCore } from './live.ts';

/** A binding of `[[durable_objects.bindings]]` whose class `hosting` made. */
export interface LiveNamespace<Message, Answer> {
  idFromName(name: string): DurableObjectId;
  get(id: DurableObjectId): { send(message: Message): Promise<Answer> };
}

/** Cores in Durable Objects: one a name. A call is one request, and the object's storage outlives it. */
export const durableActors = <Message, Answer>(
  namespace: LiveNamespace<Message, Answer>,
): Actors<Message, Answer> => ({
  send: (name, message) => namespace.get(namespace.idFromName(name)).send(message),
});

/** The class of SQLite-backed Durable Objects that host a kind of core. */
export function hosting<Message, Answer, Value>(make: MakeCore<Message, Answer, Value>) {
  return class extends DurableObject<unknown> {
    private readonly core: Core<Message, Answer>;

    constructor(state: DurableObjectState, bindings: unknown) {
      super(state, bindings);
      const { storage } = state;
      this.core = make({
        kv: {
          get: (key) => storage.kv.get<Value>(key),
          put: (key, value) => storage.kv.put(key, value),
          delete: (key) => void storage.kv.delete(key),
          list: (prefix) => storage.kv.list<Value>({ prefix }),
        },
        now: () => Date.now(),
        // The answer waits until it is stored, as for every write.
        setAlarm: (at) => void storage.setAlarm(at),
      });
    }

    send(message: Message): Answer {
      return this.core.handle(message);
    }

    override async alarm(): Promise<void> {
      this.core.onAlarm();
    }
  };
}
