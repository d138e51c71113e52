import type { Client } from '../client.ts';
import type { Lost, Refused } from '../result.ts';
import { eventOf } from './event.ts';
import type { HistoryMessage } from './history.ts';
import { destinationOf, type Place } from './places.ts';

/** What a search may be bounded by. */
export interface SearchOptions {
  /** One conversation; by default all of mine. */
  readonly place?: Place;
  readonly fromId?: string;
  /** Epoch ms. */
  readonly since?: number;
  readonly until?: number;
  /** Messages per request, up to 50; 20 by default. */
  readonly pageSize?: number;
  readonly signal?: AbortSignal;
}

/** What a search finds, newest first, a page at a time as the loop needs it. */
export class Search implements AsyncIterable<HistoryMessage> {
  /** Why the last loop ended early; undefined where it did not. */
  failure: Refused<string> | Lost | undefined;
  readonly #client: Client;
  readonly #q: string;
  readonly #options: SearchOptions;

  constructor(client: Client, q: string, options: SearchOptions) {
    this.#client = client;
    this.#q = q;
    this.#options = options;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<HistoryMessage> {
    const { place, pageSize = 20, signal, fromId, since, until } = this.#options;
    const { kind, id } = place ? destinationOf(place) : { kind: undefined, id: undefined };
    const bounds = {
      ...(kind === undefined ? {} : { destType: kind, destId: id }),
      ...(fromId === undefined ? {} : { fromId }),
      ...(since === undefined ? {} : { since }),
      ...(until === undefined ? {} : { until }),
    };
    this.failure = undefined;
    for (let before = ''; ; ) {
      const paged = before === '' ? {} : { before: Number(before) };
      const params = { q: this.#q, limit: pageSize, ...bounds, ...paged };
      const page = await this.#client.api.imSearch(params, signal ? { signal } : {});
      if (!page.ok) {
        this.failure = page;
        return;
      }
      for (const message of page.data.list) yield { ...eventOf({ ...message }), isRecalled: false };
      before = page.data.next;
      if (before === '') return;
    }
  }
}

/** Messages of my conversations that contain a text of two characters or more, newest first. */
export const search = (client: Client, q: string, options: SearchOptions = {}): Search =>
  new Search(client, q, options);
