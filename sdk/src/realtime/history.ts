import type { Client } from '../client.ts';
import type { Lost, Refused } from '../result.ts';
import { eventOf } from './event.ts';
import type { RealtimeEvent } from './events.generated.ts';
import { destinationOf, type Place } from './places.ts';

/** A message of the history. A recalled one has no content. */
export type HistoryMessage = RealtimeEvent & { readonly isRecalled: boolean };

export interface HistoryOptions {
  /** Only what was said before the message of this number. */
  readonly before?: string;
  /** Messages per request, up to 100; 20 by default. */
  readonly pageSize?: number;
  readonly signal?: AbortSignal;
}

/**
 * What was said in a conversation, newest first, a page at a time as the loop needs it. Where a page cannot be had
 * the loop ends, and `failure` says why.
 */
export class History implements AsyncIterable<HistoryMessage> {
  /** Why the last loop ended early; undefined where it did not. */
  failure: Refused<'NOT_A_MEMBER' | string> | Lost | undefined;
  /** How far I have read, and the other person: numbers of messages, known after the first page. */
  readId: string | undefined;
  otherReadId: string | undefined;
  readonly #client: Client;
  readonly #place: Place;
  readonly #options: HistoryOptions;

  constructor(client: Client, place: Place, options: HistoryOptions) {
    this.#client = client;
    this.#place = place;
    this.#options = options;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<HistoryMessage> {
    const { kind, id } = destinationOf(this.#place);
    const { pageSize = 20, signal } = this.#options;
    let { before } = this.#options;
    this.failure = undefined;
    for (;;) {
      const params = { destType: kind, destId: id, limit: pageSize };
      const bounded = before === undefined ? params : { ...params, before: Number(before) };
      const page = await this.#client.api.imHistory(bounded, signal ? { signal } : {});
      if (!page.ok) {
        this.failure = page;
        return;
      }
      const { list, more, readId, otherReadId } = page.data;
      this.readId = readId;
      this.otherReadId = otherReadId;
      for (const message of list) yield { ...eventOf({ ...message }), isRecalled: message.recalled === '1' };
      before = list.at(-1)?.id;
      if (more === '0' || before === undefined) return;
    }
  }
}

/** What was said with somebody or in a group, newest first. */
export const history = (client: Client, place: Place, options: HistoryOptions = {}): History =>
  new History(client, place, options);
