import type { Answer } from './answer.ts';
import { type Attempt, attemptOnce } from './attempt.ts';
import { bodyOf, type Call, type Params } from './call.ts';
import { uniqueName } from './names.ts';
import type { CallOptions, ClientOptions, Fetch, UploadFile, UploadOptions } from './options.ts';
import { pauseBefore } from './repeat.ts';
import { lost } from './result.ts';
import type { Session } from './session.ts';
import { attemptByXhr, counted, formOf, xhrClass } from './upload.ts';
import { wait } from './wait.ts';

const TIMEOUT_MS = 15_000;
/** Large files take long on a telephone. */
const UPLOAD_TIMEOUT_MS = 300_000;
const RETRIES = 3;

/** Makes calls: with the session's token, and again where that is right. */
export class Transport {
  readonly url: string;
  readonly #options: ClientOptions;
  readonly #fetch: Fetch;
  readonly #session: Session;

  constructor(options: ClientOptions, session: Session) {
    this.url = options.url.replace(/\/+$/, '');
    this.#options = options;
    this.#fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
    this.#session = session;
  }

  /** Makes a call with parameters. */
  async call(call: Call, params: Params = {}, options: CallOptions = {}): Promise<Answer> {
    const token = await this.#session.token();
    const key = options.idempotencyKey ?? (call.repeat === 'keyed' ? uniqueName() : undefined);
    const init = {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...authorization(token),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      body: bodyOf(params),
    };
    const attempt = this.#attempt(call, init, options, TIMEOUT_MS);
    return this.#repeated({ call, options }, token, () => attemptOnce(this.#fetch, attempt));
  }

  /** Sends files. */
  async upload(call: Call, files: readonly UploadFile[], options: UploadOptions = {}): Promise<Answer> {
    const token = await this.#session.token();
    const { onProgress } = options;
    const form = formOf(files);
    const Xhr = onProgress && xhrClass();
    const once = () => {
      const init: Attempt['init'] =
        onProgress && !Xhr ? counted(form, files, onProgress) : { method: 'POST', body: form };
      const headers = { ...init.headers, ...authorization(token) };
      const attempt = this.#attempt(call, { ...init, headers }, options, UPLOAD_TIMEOUT_MS);
      return Xhr ? attemptByXhr(Xhr, attempt, form, onProgress) : attemptOnce(this.#fetch, attempt);
    };
    return this.#repeated({ call, options }, token, once);
  }

  #attempt(call: Call, init: Attempt['init'], options: CallOptions, usualMs: number): Attempt {
    const timeoutMs = options.timeoutMs ?? this.#options.timeoutMs ?? usualMs;
    return { call, url: this.url + call.path, init, timeoutMs, signal: options.signal };
  }

  async #repeated(
    { call, options }: { readonly call: Call; readonly options: CallOptions },
    token: string | undefined,
    once: () => Promise<Answer>,
  ): Promise<Answer> {
    const retries = options.retries ?? this.#options.retries ?? RETRIES;
    for (let attempt = 0; ; attempt++) {
      const answer = await once();
      if (!answer.ok && answer.reason === 'SESSION_ENDED') await this.#session.end(token);
      const pause = attempt < retries ? pauseBefore(call, answer, attempt) : undefined;
      if (pause === undefined) return answer;
      if (!(await wait(pause, options.signal))) return lost('ABORTED', 'The call was given up.');
    }
  }
}

const authorization = (token: string | undefined): Readonly<Record<string, string>> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` };
