import type { Line } from './line.ts';

/** So many events are acknowledged at once at the latest, and so many ms after the first of them. */
const MOST_EVENTS = 50;
const SOON_MS = 200;

/** Tells the server how far the app is, for several events at once. */
export class Acknowledging {
  #line: Line | undefined;
  #seq: number | undefined;
  #said: number | undefined;
  #events = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  begin(line: Line): void {
    this.#line = line;
    this.#said = undefined;
  }

  lose(): void {
    this.#line = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** The app has dealt with everything up to here. */
  taken(seq: number): void {
    this.#seq = seq;
    this.#events += 1;
    if (this.#events >= MOST_EVENTS) this.now();
    else this.#timer ??= setTimeout(() => this.now(), SOON_MS);
  }

  /** Says it now, where there is anything to say. */
  now(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#events = 0;
    if (!this.#line || this.#seq === undefined || this.#seq === this.#said) return;
    this.#said = this.#seq;
    this.#line.send({ op: 'ack', seq: this.#seq });
  }
}
