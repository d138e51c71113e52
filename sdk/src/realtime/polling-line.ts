import type { Client } from '../client.ts';
import { lost, type Result } from '../result.ts';
import { type ClientFrame, CODE, type Line, type LineEvents, type OpenLine, type Outgoing } from './line.ts';

/** How long the server may keep a question for events open, in seconds, and how much longer an answer may take. */
const WAIT_S = 25;
const SLACK_MS = 15_000;

const codeOf = (result: Result<unknown, string, string>): number => {
  if (result.ok || result.isLost) return CODE.lost;
  if (result.reason === 'SESSION_ENDED') return CODE.sessionEnded;
  return result.reason === 'TOO_MANY_CALLS' ? CODE.flood : CODE.lost;
};

/** A line of plain requests, for where there are no sockets: it hears what is stored, and not who comes and goes. */
class PollingLine implements Line {
  readonly #client: Client;
  readonly #events: LineEvents;
  readonly #page: number;
  readonly #ending = new AbortController();
  #after: number | undefined;
  #isLive = false;
  /** One message after another, so that they keep their order. */
  #sending: Promise<void> = Promise.resolve();

  constructor(client: Client, after: number | undefined, events: LineEvents, page: number) {
    this.#client = client;
    this.#after = after;
    this.#events = events;
    this.#page = page;
    void this.#run();
  }

  async #run() {
    while (!this.#isEnded) {
      const answer = await this.#ask();
      if (this.#isEnded) return;
      if (!answer.ok) return this.#end(codeOf(answer), answer.info);
      const { list, seq, more, gap } = answer.data;
      this.#after = Number(seq);
      if (!this.#isLive) this.#events.onOpen();
      if (gap === '1') this.#events.onFrame({ op: 'gap', seq: Number(seq) });
      for (const { seq: place, ...message } of list)
        this.#events.onFrame({ op: 'message', seq: Number(place), message });
      if (more === '0' && !this.#isLive) this.#events.onFrame({ op: 'live', seq: Number(seq) });
      this.#isLive ||= more === '0';
    }
  }

  /** The first look does not wait, so that one knows when everything is there. */
  #ask() {
    const wait = this.#isLive ? WAIT_S : 0;
    const after = this.#after === undefined ? {} : { after: this.#after };
    const options = { signal: this.#ending.signal, timeoutMs: wait * 1000 + SLACK_MS, retries: 0 };
    return this.#client.api.imSync({ ...after, wait, limit: this.#page }, options);
  }

  send(frame: ClientFrame): void {
    if (frame.op === 'ack') void this.#client.api.imAck({ seq: frame.seq }, { retries: 0 });
    if (frame.op !== 'send') return;
    this.#sending = this.#sending.then(() => this.#say(frame.message));
  }

  async #say(message: Outgoing) {
    const { msgId } = message;
    const { fromType } = message;
    const answer = this.#isEnded
      ? lost('ABORTED', 'The line has ended.')
      : await this.#client.api.imSend({ ...message, fromType }, { signal: this.#ending.signal });
    if (this.#isEnded) return;
    if (answer.ok) this.#events.onFrame({ op: 'sent', msgId, code: 1, data: answer.data });
    else if (answer.isLost || answer.reason === 'SESSION_ENDED') this.#end(codeOf(answer), answer.info);
    else {
      const { reason, info } = answer;
      this.#events.onFrame({ op: 'sent', msgId, code: Number(answer.code), data: { reason, info } });
    }
  }

  get #isEnded(): boolean {
    return this.#ending.signal.aborted;
  }

  #end(code: number, reason: string) {
    if (this.#isEnded) return;
    this.close();
    this.#events.onEnd({ code, reason, wasOpen: true });
  }

  close(): void {
    this.#ending.abort();
  }
}

/** Lines over `/im/sync` and `/im/send`. */
export const pollingLines =
  (client: Client, page = 100): OpenLine =>
  (_, after, events) =>
    new PollingLine(client, after, events, page);
