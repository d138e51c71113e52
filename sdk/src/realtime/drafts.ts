import { KeptText } from '../keep.ts';
import type { Store } from '../store.ts';
import { keyOf, type Place } from './places.ts';

/** What a user has begun to write, by conversation, on this device. */
export class Drafts {
  readonly #kept: KeptText;
  readonly #texts = new Map<string, string>();

  constructor(store: Store, user: string) {
    this.#kept = new KeptText(store, `drafts.${user}`);
  }

  async load(): Promise<void> {
    const text = await this.#kept.read();
    if (text === undefined) return;
    const drafts = JSON.parse(text) as Readonly<Record<string, string>>; // what `set` wrote
    for (const [key, draft] of Object.entries(drafts)) this.#texts.set(key, draft);
  }

  of(place: Place): string {
    return this.#texts.get(keyOf(place)) ?? '';
  }

  /** An empty text forgets it. */
  set(place: Place, text: string): Promise<void> {
    if (text === '') this.#texts.delete(keyOf(place));
    else this.#texts.set(keyOf(place), text);
    return this.#kept.write(JSON.stringify(Object.fromEntries(this.#texts)));
  }
}
