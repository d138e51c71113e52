import type { Store } from './store.ts';

const NAME = 'token';

/** The number of the user that a token is for; undefined where it is no token of a Teahouse server. */
export function userOf(token: string): string | undefined {
  try {
    const [, payload = ''] = token.split('.');
    const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
    if (typeof claims !== 'object' || claims === null || !('sub' in claims)) return undefined;
    return String(claims.sub);
  } catch {
    return undefined;
  }
}

/** The session of one client: its token is read once, and kept where the app keeps things. */
export class Session {
  readonly #store: Store;
  readonly #onEnd: () => void;
  #token: Promise<string | undefined> | undefined;

  constructor(store: Store, onEnd: () => void) {
    this.#store = store;
    this.#onEnd = onEnd;
  }

  /** The token; undefined while nobody is signed in. */
  token(): Promise<string | undefined> {
    this.#token ??= Promise.resolve(this.#store.get(NAME)).then((kept) => kept || undefined);
    return this.#token;
  }

  async begin(token: string): Promise<void> {
    this.#token = Promise.resolve(token);
    await this.#store.set(NAME, token);
  }

  /**
   * Forgets the token and tells the app.
   * @param token which one has died: a newer one stays
   */
  async end(token: string | undefined): Promise<void> {
    if (token === undefined || (await this.token()) !== token) return;
    this.#token = Promise.resolve(undefined);
    await this.#store.remove(NAME);
    this.#onEnd();
  }
}
