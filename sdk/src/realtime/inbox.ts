import { KeptText } from '../keep.ts';
import type { Store } from '../store.ts';
import type { RealtimeEvent } from './events.generated.ts';

/** So many events wait for the app at most; what comes then is asked for again when there is room. */
const MOST_WAITING = 1000;
const ROOM = 100;

/** What an inbox needs of the line: to say how far the app is, and to ask again for what it had no room for. */
export interface InboxLine {
  taken(seq: number): void;
  askAgain(): void;
}

/**
 * Events between the line and the app, in order and each once. The place moves when the app has dealt with an event,
 * which it says by asking for the next one: an event that was cut short by a crash comes again.
 */
export class Inbox {
  readonly #kept: KeptText;
  readonly #line: InboxLine;
  readonly #queue: RealtimeEvent[] = [];
  #place: number | undefined;
  #received: number | undefined;
  #given: RealtimeEvent | undefined;
  #isFull = false;
  #isEnded = false;
  #wake: (() => void) | undefined;

  constructor(store: Store, user: string, line: InboxLine) {
    this.#kept = new KeptText(store, `place.${user}`);
    this.#line = line;
  }

  async load(): Promise<void> {
    const text = await this.#kept.read();
    if (text !== undefined) this.#received = this.#place = Number(text);
  }

  /** Behind this the next line begins; undefined for the cursor of this kind of device. */
  get after(): number | undefined {
    return this.#received;
  }

  /** The last event that the app has dealt with. */
  get place(): number | undefined {
    return this.#place;
  }

  /** An event that came over the line. */
  put(event: RealtimeEvent): void {
    if (this.#isEnded || this.#isKnown(event)) return;
    if (this.#isFull || this.#queue.length >= MOST_WAITING) {
      this.#isFull = true;
      return;
    }
    this.#received = event.seq ?? this.#received;
    this.#queue.push(event);
    this.#wake?.();
  }

  #isKnown({ seq }: RealtimeEvent): boolean {
    return seq !== undefined && this.#received !== undefined && seq <= this.#received;
  }

  /** Everything up to here has come. A server that was set back to a backup ends earlier than we were. */
  live(seq: number): void {
    if (this.#received !== undefined && seq < this.#received && !this.#isFull) this.#received = seq;
  }

  /** No more events come after those that wait. */
  end(): void {
    this.#isEnded = true;
    this.#wake?.();
  }

  /** The next event; undefined after the last. */
  async next(): Promise<RealtimeEvent | undefined> {
    await this.#dealtWith(this.#given);
    this.#given = undefined;
    while (this.#queue.length === 0 && !this.#isEnded)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    this.#given = this.#queue.shift();
    if (this.#isFull && this.#queue.length < ROOM) {
      this.#isFull = false;
      this.#line.askAgain();
    }
    return this.#given;
  }

  async #dealtWith(event: RealtimeEvent | undefined) {
    if (event?.seq === undefined) return;
    this.#place = event.seq;
    await this.#kept.write(String(event.seq));
    this.#line.taken(event.seq);
  }
}
