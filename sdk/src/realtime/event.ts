import { NAMES, type RealtimeEvent, WITH_DATA } from './events.generated.ts';

/** What every event has. Ids are text, numbers and times are numbers. */
export interface EventFacts {
  /** Its place in the inbox; undefined for what is not stored (friends who come and go), and in the history. */
  readonly seq: number | undefined;
  /** Its number in the history; undefined for events of the server. */
  readonly id: string | undefined;
  readonly msgId: string;
  readonly fromId: string;
  readonly fromName: string;
  readonly imageIconUrl: string;
  /** 1 a person, 2 a group, 3 the system. */
  readonly fromType: number;
  /** The receiver; the group, for what is said in groups and for notices about them. */
  readonly destId: string;
  /** As it came. */
  readonly content: string;
  /** Epoch ms. */
  readonly sendTime: number;
  /** The kind of the device that sent it; undefined for the server. */
  readonly device: number | undefined;
}

/** An event of one kind; `data` holds what its content says, where that is known. */
export interface EventOf<Name extends string, Number extends number, Data> extends EventFacts {
  readonly type: Name;
  readonly messageType: Number;
  readonly data: Data;
}

/** An event of a server that is newer than this client. */
export interface UnknownEvent extends EventFacts {
  readonly type: 'unknown';
  readonly messageType: number;
  readonly data: undefined;
}

/** A message object: of a socket, where numbers are numbers, or of a reply, where all is text. */
export type Shown = Readonly<Record<string, unknown>>;

const text = (value: unknown): string => (value === undefined || value === null ? '' : String(value));
const perhaps = (value: unknown): string | undefined => text(value) || undefined;

/** Every scalar as text, as in replies. */
function texts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(texts);
  if (typeof value !== 'object' || value === null) return text(value);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, texts(each)]));
}

function dataOf(content: string): unknown {
  try {
    const value: unknown = JSON.parse(content);
    return typeof value === 'object' && value !== null ? texts(value) : undefined;
  } catch {
    return undefined;
  }
}

/** A message object as an event. */
export function eventOf(shown: Shown, seq?: number): RealtimeEvent {
  const messageType = Number(shown['messageType']);
  const content = text(shown['content']);
  const device = perhaps(shown['devType']);
  return {
    type: NAMES[messageType] ?? 'unknown',
    messageType,
    seq,
    id: perhaps(shown['id']),
    msgId: text(shown['msgId']),
    fromId: text(shown['fromId']),
    fromName: text(shown['fromName']),
    imageIconUrl: text(shown['imageIconUrl']),
    fromType: Number(shown['fromType']),
    destId: text(shown['destId']),
    content,
    data: WITH_DATA.has(messageType) ? dataOf(content) : undefined,
    sendTime: Number(shown['sendTime']),
    device: device === undefined ? undefined : Number(device),
  } as RealtimeEvent; // the server's tests hold each content against what its type says
}
