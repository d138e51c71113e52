import type { Client, DataOf } from '../client.ts';
import type { Store } from '../store.ts';
import { Drafts } from './drafts.ts';
import { eventOf } from './event.ts';
import type { RealtimeEvent } from './events.generated.ts';
import type { HistoryMessage } from './history.ts';
import { keyOf, type Place, placeOf } from './places.ts';

/** A conversation in which something was said. */
export interface Conversation {
  readonly place: Place;
  /** What to call it: my remark on a friend, else the other's name; the name of a group. */
  readonly name: string;
  readonly headUrl: string;
  /** Messages of others that I have not read on any device. */
  readonly unread: number;
  readonly isTop: boolean;
  readonly isMuted: boolean;
  /** Messages up to which I have read, and the other has. */
  readonly readId: string;
  readonly otherReadId: string;
  readonly last: HistoryMessage;
  /** What I have begun to write. */
  readonly draft: string;
}

type Known = Omit<Conversation, 'draft'>;
type Row = DataOf<'imConversations'>['list'][number];

const PAGE = 100;
/** Events that change a conversation beside what is said in it: what has become of it is asked. */
const ASKS: ReadonlySet<RealtimeEvent['type']> = new Set([
  'read',
  'recall',
  'memberLeft',
  'memberRemoved',
  'groupDismissed',
  'groupRenamed',
  'groupHeadChanged',
  'friendshipEnded',
]);

const knownOf = (row: Row): Known => ({
  place: placeOf(Number(row.destType), row.destId),
  name: row.remark || row.name,
  headUrl: row.headUrl,
  unread: Number(row.unread),
  isTop: row.isTop === '1',
  isMuted: row.receiveTip === '0',
  readId: row.readId,
  otherReadId: row.otherReadId,
  last: { ...eventOf({ ...row.last }), isRecalled: row.last.recalled === '1' },
});
const idOf = (message: { readonly id: string | undefined }) => Number(message.id ?? 0);

/**
 * The conversations of a user, as the server knows them. Messages move them as they come; whatever else happens, and
 * whatever may have happened while the line was broken, is asked of the server, which tells what has changed. So all
 * devices of a user come to show the same.
 */
export class Conversations {
  readonly #client: Client;
  readonly #me: string;
  readonly #onChange: () => void;
  readonly #drafts: Drafts;
  readonly #known = new Map<string, Known>();
  #since = '0';
  #isAsked = false;
  #asking: Promise<void> | undefined;
  #isLoaded = false;

  constructor(client: Client, me: string, store: Store, onChange: () => void) {
    this.#client = client;
    this.#me = me;
    this.#onChange = onChange;
    this.#drafts = new Drafts(store, me);
  }

  load(): Promise<void> {
    return this.#drafts.load();
  }

  /** True once the server has told everything; until then, and after a failure, the list shows what is known. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  /** Those at the top first, then those with the newest message. */
  get list(): readonly Conversation[] {
    return [...this.#known.values()]
      .sort((a, b) => Number(b.isTop) - Number(a.isTop) || idOf(b.last) - idOf(a.last))
      .map((known) => ({ ...known, draft: this.#drafts.of(known.place) }));
  }

  /** Unread messages of all conversations that are not muted. */
  get unread(): number {
    return this.list.reduce((sum, { unread, isMuted }) => sum + (isMuted ? 0 : unread), 0);
  }

  /** Keeps what I have begun to write; an empty text forgets it. It stays on this device. */
  async setDraft(place: Place, text: string): Promise<void> {
    await this.#drafts.set(place, text);
    this.#onChange();
  }

  draft(place: Place): string {
    return this.#drafts.of(place);
  }

  /** Asks the server what has changed. Resolves when it has answered, or could not. */
  refresh(): Promise<void> {
    this.#isAsked = true;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** Events have been missed: nothing that is known counts. */
  forget(): void {
    this.#since = '0';
  }

  /** An event that came. */
  hear(event: RealtimeEvent): void {
    if (event.id !== undefined) this.#hearMessage(event);
    else if (ASKS.has(event.type)) void this.refresh();
  }

  #hearMessage(event: RealtimeEvent) {
    const isMine = event.fromId === this.#me;
    const place = placeOf(event.fromType, event.fromType === 2 || isMine ? event.destId : event.fromId);
    const known = this.#known.get(keyOf(place));
    if (known && known.last.msgId === event.msgId && known.last.fromId === event.fromId) return;
    if (!known || idOf(event) < idOf(known.last) || this.#asking) return void this.refresh();
    const unread = isMine ? 0 : known.unread + 1;
    this.#known.set(keyOf(place), { ...known, unread, last: { ...event, isRecalled: false } });
    this.#onChange();
  }

  async #ask() {
    while (this.#isAsked) {
      this.#isAsked = false;
      if (!(await this.#askPages())) return;
    }
  }

  /** All pages of what has changed. False where one could not be had: the next line asks again. */
  async #askPages(): Promise<boolean> {
    const since = this.#since;
    const rows: Row[] = [];
    const gone: string[] = [];
    let next = since;
    for (let before: string | undefined; ; ) {
      const bounds = before === undefined ? {} : { before: Number(before) };
      const page = await this.#client.api.imConversations({ since: Number(since), limit: PAGE, ...bounds });
      if (!page.ok) return false;
      const { list, more, left } = page.data;
      if (before === undefined) next = page.data.since;
      rows.push(...list);
      gone.push(...left);
      before = list.at(-1)?.last.id;
      if (more === '0' || before === undefined) break;
    }
    if (since === '0') this.#known.clear();
    for (const row of rows) {
      const known = knownOf(row);
      this.#known.set(keyOf(known.place), known);
    }
    for (const group of gone) this.#known.delete(keyOf({ group }));
    // Something that was missed meanwhile has everything asked.
    if (this.#since === since) this.#since = next;
    else this.#isAsked = true;
    this.#isLoaded = true;
    this.#onChange();
    return true;
  }
}
