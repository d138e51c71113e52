import { type Api, CALLS, type DoLoginParams } from './api.generated.ts';
import type { Call, Params } from './call.ts';
import type { CallOptions, ClientOptions, UploadFile, UploadOptions } from './options.ts';
import { Session, userOf } from './session.ts';
import { memoryStore, type Store } from './store.ts';
import { Transport } from './transport.ts';

/** What a call of this name answers when it succeeds. */
export type DataOf<Name extends keyof Api> = Extract<Awaited<ReturnType<Api[Name]>>, { ok: true }>['data'];

function apiOver(transport: Transport): Api {
  const method = (call: Call) =>
    call.isUpload
      ? (files: UploadFile | readonly UploadFile[], options?: UploadOptions) =>
          transport.upload(call, Array.isArray(files) ? files : [files as UploadFile], options)
      : (params?: Params, options?: CallOptions) => transport.call(call, params, options);
  const methods = Object.entries<Call>(CALLS).map(([name, call]) => [name, method(call)]);
  return Object.fromEntries(methods) as Api; // the types and the table are written together
}

/** A client of one server, for one user. */
export class Client {
  /** Every call of the server, by name. */
  readonly api: Api;
  /** The server's address, without a slash at its end. */
  readonly url: string;
  readonly store: Store;
  readonly #session: Session;

  constructor(options: ClientOptions) {
    this.store = options.store ?? memoryStore();
    this.#session = new Session(this.store, () => options.onSessionEnded?.());
    const transport = new Transport(options, this.#session);
    this.url = transport.url;
    this.api = apiOver(transport);
  }

  /** Logs in with a mobile number and a password, and keeps the session. */
  async logIn(params: DoLoginParams, options?: CallOptions): ReturnType<Api['doLogin']> {
    const result = await this.api.doLogin(params, options);
    if (result.ok) await this.#session.begin(result.data.token);
    return result;
  }

  /** Goes on with a token that came by another way, such as a scanned code. */
  signIn(token: string): Promise<void> {
    return this.#session.begin(token);
  }

  /** Logs out at the server, and forgets the session whatever the server says. */
  async signOut(options?: CallOptions): ReturnType<Api['doLogout']> {
    const token = await this.token();
    const result = await this.api.doLogout({}, options);
    await this.#session.end(token);
    return result;
  }

  /** The session's token; undefined while nobody is signed in. */
  token(): Promise<string | undefined> {
    return this.#session.token();
  }

  /** The number of the user who is signed in. */
  async userId(): Promise<string | undefined> {
    const token = await this.token();
    return token === undefined ? undefined : userOf(token);
  }

  /**
   * Forgets a session that the server has ended, and tells the app. Realtime calls it.
   * @param token the session's: a newer one stays
   */
  forget(token: string): Promise<void> {
    return this.#session.end(token);
  }
}

/** A client of the server at `options.url`. */
export const createClient = (options: ClientOptions): Client => new Client(options);
