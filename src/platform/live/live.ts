/**
 * Live state: what lasts for seconds or minutes and belongs to nobody's row, such as who shook just now. It is
 * kept by small cores whose methods are synchronous, and therefore atomic, wherever they run: in the process
 * (`live.memory.ts`) or in Durable Objects (`live.durable.ts`).
 */

/** What a core remembers. A value is never changed in place, only put again. */
export interface Kv<Value> {
  get(key: string): Value | undefined;
  put(key: string, value: Value): void;
  delete(key: string): void;
  /** Entries whose key begins so, in the order of their keys. */
  list(prefix: string): Iterable<readonly [key: string, value: Value]>;
}

/** The whole world as a core sees it. */
export interface Port<Value> {
  readonly kv: Kv<Value>;
  /** Epoch ms. */
  now(): number;
  /** `onAlarm` is called at this time (epoch ms) or later. There is one alarm; a later call moves it. */
  setAlarm(at: number): void;
}

/**
 * A machine with state. It answers with plain values, never by throwing: an error loses its class on the way
 * between two Workers. It deletes what has run out in `onAlarm`; a core that remembers nothing costs nothing.
 */
export interface Core<Message, Answer> {
  handle(message: Message): Answer;
  onAlarm(): void;
}

/** Makes a core over its own port. */
export type MakeCore<Message, Answer, Value> = (port: Port<Value>) => Core<Message, Answer>;

/** Cores of one kind, by name. A name's core handles one message at a time. */
export interface Actors<Message, Answer> {
  send(name: string, message: Message): Promise<Answer>;
}

/** What sends to the cores that a maker makes. */
export type ActorsOf<Make> =
  Make extends MakeCore<infer Message, infer Answer, infer _Value> ? Actors<Message, Answer> : never;

/** Live state as calls see it: each kind of core adds itself where it is written (`declare module`). */
// biome-ignore lint/suspicious/noEmptyInterface: every core adds itself to it
export interface Live {}
