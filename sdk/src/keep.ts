import type { Store } from './store.ts';

/**
 * A text that changes often, kept under one name. While one write is under way the newest text waits; those between
 * are left out.
 */
export class KeptText {
  readonly #store: Store;
  readonly #name: string;
  #newest: string | undefined;
  #writing: Promise<void> | undefined;

  constructor(store: Store, name: string) {
    this.#store = store;
    this.#name = name;
  }

  async read(): Promise<string | undefined> {
    return (await this.#store.get(this.#name)) || undefined;
  }

  /**
   * Resolves when this text, or a newer one, is kept. A store that fails costs what it should have kept, and nothing
   * else: the next text is a new try.
   */
  write(text: string): Promise<void> {
    this.#newest = text;
    this.#writing ??= this.#flush();
    return this.#writing;
  }

  async #flush() {
    await Promise.resolve();
    while (this.#newest !== undefined) {
      const text = this.#newest;
      this.#newest = undefined;
      await this.#set(text);
    }
    this.#writing = undefined;
  }

  async #set(text: string) {
    try {
      await this.#store.set(this.#name, text);
    } catch {
      // A full or forbidden storage.
    }
  }
}
