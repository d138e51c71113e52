import type { Client } from '../client.ts';
import { uniqueName } from '../names.ts';
import { userOf } from '../session.ts';
import { Acknowledging } from './acknowledging.ts';
import { Connecting } from './connecting.ts';
import { Conversations } from './conversations.ts';
import { eventOf } from './event.ts';
import { NUMBERS, type RealtimeEvent, type SendableType } from './events.generated.ts';
import { type History, type HistoryOptions, history } from './history.ts';
import { Inbox } from './inbox.ts';
import type { Line, Outgoing, ServerFrame } from './line.ts';
import type { RealtimeOptions } from './options.ts';
import { Outbox, type SendResult } from './outbox.ts';
import { destinationOf, type Place } from './places.ts';
import { Presence } from './presence.ts';
import { type Search, type SearchOptions, search } from './search.ts';
import type { Status } from './status.ts';

/** How a message may be sent. */
export interface SendOptions {
  /** Names the message: sent again under the same name it is taken once. */
  readonly msgId?: string;
}

/**
 * One user's connection: a stream of events, each once and in order over any number of broken lines, and an outbox.
 * It connects by itself and stays so until it is closed, replaced, or the session dies.
 */
export class Realtime implements AsyncIterable<RealtimeEvent> {
  readonly #client: Client;
  readonly #inbox: Inbox;
  readonly #outbox: Outbox;
  readonly #acknowledging = new Acknowledging();
  readonly #presence: Presence;
  readonly #conversations: Conversations | undefined;
  readonly #connecting: Connecting;
  readonly #options: RealtimeOptions;

  /** @param token the session's; undefined where nobody is signed in, and then it ends at once */
  constructor(client: Client, token: string | undefined, options: RealtimeOptions) {
    const { store = client.store, onSent, onPresence } = options;
    const user = (token && userOf(token)) || 'anybody';
    this.#client = client;
    this.#options = options;
    this.#presence = new Presence(client, (...change) => onPresence?.(...change));
    if (options.conversations)
      this.#conversations = new Conversations(client, user, store, () => options.onConversations?.());
    this.#outbox = new Outbox(store, user, (...sent) => {
      void this.#conversations?.refresh();
      onSent?.(...sent);
    });
    this.#inbox = new Inbox(store, user, {
      taken: (seq) => this.#taken(seq),
      askAgain: () => this.reconnect(),
    });
    this.#connecting = new Connecting(client, token, options, {
      after: () => this.#inbox.after,
      onOpen: (line) => this.#begin(line),
      onFrame: (frame) => this.#take(frame),
      onLost: () => this.#lose(),
      onEnd: () => this.#end(),
    });
  }

  /** Takes up what an earlier run has left, and connects. */
  async start(): Promise<this> {
    await Promise.all([this.#inbox.load(), this.#outbox.load(), this.#conversations?.load()]);
    void this.#connecting.run();
    return this;
  }

  #begin(line: Line) {
    this.#acknowledging.begin(line);
    this.#outbox.begin(line);
  }

  #take(frame: ServerFrame) {
    if (frame.op === 'sent') this.#outbox.answered(frame.msgId, frame.code, frame.data);
    if (frame.op === 'message') {
      const event = eventOf(frame.message, frame.seq);
      this.#presence.hear(event);
      this.#conversations?.hear(event);
      this.#inbox.put(event);
    }
    if (frame.op === 'gap') this.#conversations?.forget();
    if (frame.op !== 'live') return;
    void this.#conversations?.refresh();
    this.#inbox.live(frame.seq);
    this.#acknowledging.now();
    if (this.#options.presence) void this.#presence.refresh();
  }

  #taken(seq: number) {
    if (this.#options.acknowledges !== false) this.#acknowledging.taken(seq);
  }

  #lose() {
    this.#acknowledging.lose();
    this.#outbox.lose();
  }

  #end() {
    this.#outbox.close();
    this.#inbox.end();
  }

  get status(): Status {
    return this.#connecting.status;
  }

  /** The last event that the app has dealt with, by its place. */
  get place(): number | undefined {
    return this.#inbox.place;
  }

  /** Messages that the server has not answered, oldest first. */
  get outbox(): readonly Outgoing[] {
    return this.#outbox.messages;
  }

  /**
   * The events. An event counts as dealt with when the loop asks for the next one; what was cut short by a crash comes
   * again. The loop ends with the connection: `status` says why.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<RealtimeEvent> {
    for (;;) {
      const event = await this.#inbox.next();
      if (!event) return;
      yield event;
    }
  }

  /**
   * Sends a message, over as many lines as it takes. It keeps its place behind those that were sent before.
   * @param type a name, or the number of a type that the app has invented, from 1000 to 9999
   * @param content text, or an object that becomes JSON text
   * @returns what the server answers, or `isLost` where realtime ends before that and the message stays in the outbox;
   * where it has ended already, `isLost` at once, and nothing is kept
   */
  send(
    to: Place,
    type: SendableType | number,
    content: string | Readonly<Record<string, unknown>>,
    { msgId = uniqueName() }: SendOptions = {},
  ): Promise<SendResult> {
    const { kind, id } = destinationOf(to);
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    return this.#outbox.add({
      msgId,
      fromType: kind,
      destId: id,
      messageType: typeof type === 'number' ? type : NUMBERS[type],
      content: text,
    });
  }

  /** Says that I have read everything, or everything up to a message. */
  markRead(place: Place, msgId = ''): Promise<SendResult> {
    return this.send(place, 'read', msgId);
  }

  /** Takes back a message of mine, within two minutes. */
  recall(place: Place, msgId: string): Promise<SendResult> {
    return this.send(place, 'recall', msgId);
  }

  /** The list of conversations, kept up to date. Needs the option `conversations`. */
  get conversations(): Conversations {
    if (!this.#conversations) throw new Error('Say { conversations: true } to realtime.');
    return this.#conversations;
  }

  /** Whether a friend is online; undefined where that is not known. Needs the option `presence`. */
  isOnline(userId: string): boolean | undefined {
    return this.#presence.isOnline(userId);
  }

  /** What was said in a conversation, newest first. */
  history(place: Place, options?: HistoryOptions): History {
    return history(this.#client, place, options);
  }

  /** What was said in my conversations with a text of two characters or more in it, newest first. */
  search(q: string, options?: SearchOptions): Search {
    return search(this.#client, q, options);
  }

  /** Tells the server now what the app has dealt with; else that takes a moment. */
  acknowledge(): void {
    if (this.#options.acknowledges !== false) this.#acknowledging.now();
  }

  /** Goes on over a new line at once: call it when the network has changed, or the app has come back. */
  reconnect(): void {
    this.#connecting.again();
  }

  /** Ends the connection. What waits in the outbox stays for the next run. */
  close(): void {
    this.acknowledge();
    this.#connecting.close();
  }
}

/** Connects the client's user. Without a session it ends at once, with `session ended`. */
export const realtime = async (client: Client, options: RealtimeOptions = {}): Promise<Realtime> =>
  new Realtime(client, await client.token(), options).start();
