import type { Client } from '../client.ts';
import { backoff, wait } from '../wait.ts';
import { CODE, type Line, type LineEnd, type OpenLine, type ServerFrame } from './line.ts';
import type { RealtimeOptions } from './options.ts';
import { pollingLines } from './polling-line.ts';
import { type SocketClass, socketLines } from './socket-line.ts';
import { type EndReason, FLOOD_MS, finalReason, type Status } from './status.ts';

const FIRST_RETRY_MS = 500;
const MOST_RETRY_MS = 30_000;
/** How long a question after a refused connection may take. */
const QUESTION_MS = 10_000;

/** What goes over the lines, one after another. */
export interface Traffic {
  /** Where the next line begins. */
  after(): number | undefined;
  onOpen(line: Line): void;
  onFrame(frame: ServerFrame): void;
  onLost(): void;
  onEnd(): void;
}

function linesFor(client: Client, { line, WebSocket }: RealtimeOptions): OpenLine {
  if (typeof line === 'function') return line;
  const Socket = WebSocket ?? (globalThis.WebSocket as SocketClass | undefined); // React Native and old Node differ
  return line === 'polling' || !Socket ? pollingLines(client) : socketLines(client.url, Socket);
}

/** A socket that could not even be made: a page with TLS asks for a server without, or the address is none. */
const notOpened = (error: unknown): LineEnd => ({ code: CODE.lost, reason: String(error), wasOpen: true });

/** Keeps a line to the server: opens it, waits and opens the next, until that makes no sense any more. */
export class Connecting {
  readonly #client: Client;
  readonly #token: string | undefined;
  readonly #options: RealtimeOptions;
  readonly #traffic: Traffic;
  readonly #open: OpenLine;
  #status: Status = { state: 'connecting' };
  #line: Line | undefined;
  /** Ends the line that is open now, as if it had broken. */
  #drop: () => void = () => {};
  #waiting = new AbortController();
  #attempt = 0;
  #isHurried = false;
  #isClosed = false;

  constructor(client: Client, token: string | undefined, options: RealtimeOptions, traffic: Traffic) {
    this.#client = client;
    this.#token = token;
    this.#options = options;
    this.#traffic = traffic;
    this.#open = linesFor(client, options);
  }

  get status(): Status {
    return this.#status;
  }

  #become(status: Status) {
    this.#status = status;
    this.#options.onStatus?.(status);
  }

  async run(): Promise<void> {
    const token = this.#token;
    const because = token === undefined ? 'session ended' : await this.#linesUntilEnd(token);
    if (because === 'session ended' && token !== undefined) await this.#client.forget(token);
    this.#become({ state: 'ended', because });
    this.#traffic.onEnd();
  }

  async #linesUntilEnd(token: string): Promise<EndReason> {
    while (!this.#isClosed) {
      this.#become({ state: 'connecting' });
      const end = await this.#why(await this.#oneLine(token).catch(notOpened));
      if (this.#isClosed) break;
      const final = finalReason(end);
      if (final) return final;
      await this.#pause(end);
    }
    return 'closed';
  }

  /** One line from its opening to its end. */
  #oneLine(token: string): Promise<LineEnd> {
    return new Promise((resolve) => {
      const finish = (end: LineEnd) => {
        this.#line = undefined;
        this.#traffic.onLost();
        resolve(end);
      };
      let isOver = false;
      const line = this.#open(token, this.#traffic.after(), {
        onOpen: () => this.#traffic.onOpen(line),
        onFrame: (frame) => {
          this.#traffic.onFrame(frame);
          if (frame.op === 'live') this.#isLive();
        },
        onEnd: (end) => {
          if (!isOver) finish(end);
          isOver = true;
        },
      });
      this.#line = line;
      this.#drop = () => {
        if (isOver) return;
        isOver = true;
        line.close();
        finish({ code: CODE.lost, reason: 'The app asked for a new line.', wasOpen: true });
      };
    });
  }

  #isLive() {
    this.#attempt = 0;
    this.#become({ state: 'live' });
  }

  /**
   * A socket that was never open does not tell why: a server of today says goodbye, an older one has refused by HTTP,
   * and only a question by HTTP tells a dead session from a dead network.
   */
  async #why(end: LineEnd): Promise<LineEnd> {
    if (end.wasOpen || end.code !== CODE.lost) return end;
    const options = { timeoutMs: QUESTION_MS, retries: 0 };
    const answer = await this.#client.api.imSync({ limit: 1 }, options);
    if (answer.ok || answer.isLost) return end;
    if (answer.reason === 'SESSION_ENDED') return { ...end, code: CODE.sessionEnded };
    return answer.reason === 'TOO_MANY_CALLS' ? { ...end, code: CODE.flood } : end;
  }

  async #pause({ code, reason }: LineEnd): Promise<void> {
    if (!this.#isHurried) {
      const { firstRetryMs = FIRST_RETRY_MS, mostRetryMs = MOST_RETRY_MS } = this.#options;
      const forMs = code === CODE.flood ? FLOOD_MS : backoff(this.#attempt, firstRetryMs, mostRetryMs);
      this.#attempt += 1;
      this.#waiting = new AbortController();
      this.#become({ state: 'waiting', forMs, because: reason });
      await wait(forMs, this.#waiting.signal);
    }
    this.#isHurried = false;
  }

  /** A new line now, whether there is one or not. */
  again(): void {
    if (this.#line) {
      this.#isHurried = true;
      this.#drop();
    }
    this.#waiting.abort();
  }

  close(): void {
    this.#isClosed = true;
    this.#waiting.abort();
    this.#drop();
  }
}
