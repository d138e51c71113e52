/** An event or a chat message, as every way to the inbox shows it. */
export interface Kept {
  /** Its place in the inbox; Socket.IO does not tell. */
  readonly seq: number | undefined;
  readonly msgId: string;
  readonly type: number;
  readonly from: number;
  readonly dest: number;
  readonly content: string;
  /** Kind of the device that sent it; undefined for the server's own. */
  readonly kind: number | undefined;
}

/** A message object of a socket, where numbers are numbers, or of an HTTP reply, where all is text. */
export type Shown = Readonly<Record<string, unknown>>;

/** What a client keeps of a message object. */
export function kept(seq: unknown, message: Shown): Kept {
  const { msgId, messageType, fromId, destId, content, devType } = message;
  return {
    seq: seq === undefined ? undefined : Number(seq),
    msgId: String(msgId),
    type: Number(messageType),
    from: Number(fromId),
    dest: Number(destId),
    content: String(content),
    kind: devType === undefined || devType === '' ? undefined : Number(devType),
  };
}

const RECALL = 32;
/** A friend came, or went: shown to sockets that are open, and stored nowhere. */
const PRESENCE: readonly number[] = [5, 6];
/** No two events of an inbox have both in common: by this a client without places tells repeats. */
export const nameOf = ({ from, msgId }: Pick<Kept, 'from' | 'msgId'>): string => `${from} ${msgId}`;

/** What came over one connection, and what was acknowledged when it began: events from the oldest on. */
interface Connection {
  /** It said behind which event it begins. */
  readonly resumes: boolean;
  readonly keptBefore: number;
  readonly surely: number;
  readonly perhaps: number;
  readonly came: Kept[];
}

/** What a client has kept over all of its connections: each event once, in the order in which they came. */
export class Keeping {
  readonly events: Kept[] = [];
  /** Who came and went, as far as it was shown. */
  readonly presences: Kept[] = [];
  private readonly byName = new Map<string, Kept>();
  private readonly connections: Connection[] = [];
  private readonly changed: string[] = [];
  /** Events that the server has certainly been told of as taken, and those where that may have been lost. */
  private surely = 0;
  private perhaps = 0;

  /** A connection begins; one that does not resume gets again what was not acknowledged. */
  begin(resumes: boolean): void {
    const { surely, perhaps } = this;
    this.connections.push({ resumes, keptBefore: this.events.length, surely, perhaps, came: [] });
  }

  take(event: Kept): void {
    if (PRESENCE.includes(event.type)) {
      if (event.seq !== undefined) this.changed.push(`${nameOf(event)} came with a place`);
      this.presences.push(event);
      return;
    }
    this.connections.at(-1)?.came.push(event);
    const before = this.byName.get(nameOf(event));
    if (before && JSON.stringify(before) !== JSON.stringify(event)) this.changed.push(nameOf(event));
    if (before) return;
    this.byName.set(nameOf(event), event);
    this.events.push(event);
  }

  /** The client says that it has everything that is kept by now. */
  acknowledging(): void {
    this.perhaps = this.events.length;
  }

  /** The server has noted the acknowledgement of so many events. */
  acknowledged(count: number): void {
    this.surely = Math.max(this.surely, count);
  }

  get last(): Kept | undefined {
    return this.events.at(-1);
  }

  get timesConnected(): number {
    return this.connections.length;
  }

  /** What must not have happened: an event that came again though it was taken, one left out, disorder. */
  problems(): string[] {
    const recalled = new Set(
      this.events
        .filter(({ type }) => type === RECALL)
        .map(({ from, content }) => nameOf({ from, msgId: content })),
    );
    const isRecalled = (event: Kept) => recalled.has(nameOf(event));
    return [
      ...this.changed.map((name) => `${name} came again with another text`),
      ...disorder(this.events),
      ...this.connections.flatMap((connection) => [
        ...disorder(connection.came),
        ...this.wrongIn(connection, isRecalled),
      ]),
    ];
  }

  private wrongIn(connection: Connection, isRecalled: (event: Kept) => boolean): string[] {
    const { resumes, keptBefore, surely, perhaps, came } = connection;
    const placeByName = new Map(this.events.map((event, place) => [nameOf(event), place]));
    const names = came.map(nameOf);
    const places = names.map((name) => placeByName.get(name) ?? -1);
    const allowed = resumes ? keptBefore : surely;
    const isAgain = (place: number, i: number) => place < allowed || places.indexOf(place) < i;
    const isTurned = (place: number, i: number) => i > 0 && place < (places[i - 1] ?? 0);
    const leftOut = this.events
      .slice(Math.min(places[0] ?? 0, perhaps), Math.max(0, ...places))
      .filter((event) => !names.includes(nameOf(event)) && !isRecalled(event));
    return [
      ...names.filter((_, i) => isAgain(places[i] ?? 0, i)).map((name) => `${name} came again`),
      ...names.filter((_, i) => isTurned(places[i] ?? 0, i)).map((name) => `${name} came out of order`),
      ...(resumes ? [] : leftOut.map((event) => `${nameOf(event)} did not come again`)),
    ];
  }
}

/** Events whose place is not behind the one before. */
const disorder = (events: readonly Kept[]): string[] =>
  events
    .filter((event, i) => {
      const before = events[i - 1];
      return event.seq !== undefined && before?.seq !== undefined && event.seq <= before.seq;
    })
    .map((event) => `${nameOf(event)} came out of order`);
