import type { Client } from '../client.ts';
import type { RealtimeEvent } from './events.generated.ts';

/** Told when a friend comes or goes. */
export type OnPresence = (userId: string, isOnline: boolean) => void;

/**
 * Friends who are online. Events of coming and going are not stored, so that each connection begins with what
 * `ready` says and goes on with the events.
 */
export class Presence {
  readonly #client: Client;
  readonly #onChange: OnPresence;
  readonly #online = new Map<string, boolean>();
  /** What events have said since the last question: they are newer than its answer. */
  readonly #heard = new Set<string>();

  constructor(client: Client, onChange: OnPresence) {
    this.#client = client;
    this.#onChange = onChange;
  }

  /** Whether a friend is online; undefined for others, and before the first answer. */
  isOnline(userId: string): boolean | undefined {
    return this.#online.get(userId);
  }

  /** Asks how it stands. */
  async refresh(): Promise<void> {
    this.#heard.clear();
    const ready = await this.#client.api.ready();
    if (!ready.ok) return;
    for (const { id, isOnline } of ready.data.friendsInfo)
      if (!this.#heard.has(id)) this.#set(id, isOnline === '1');
  }

  /** Learns from an event. */
  hear({ type, fromId }: Pick<RealtimeEvent, 'type' | 'fromId'>): void {
    if (type !== 'friendOnline' && type !== 'friendOffline') return;
    this.#heard.add(fromId);
    this.#set(fromId, type === 'friendOnline');
  }

  #set(userId: string, isOnline: boolean) {
    if (this.#online.get(userId) === isOnline) return;
    this.#online.set(userId, isOnline);
    this.#onChange(userId, isOnline);
  }
}
