import { KeptText } from '../keep.ts';
import { lost, type Refused, type Result } from '../result.ts';
import type { Store } from '../store.ts';
import type { Shown } from './event.ts';
import type { Line, Outgoing } from './line.ts';

/** Why a message may be refused for good, beside what any call may be refused for. */
export type SendReason =
  | 'NOT_FRIENDS'
  | 'BLOCKED'
  | 'NOT_A_MEMBER'
  | 'MUTED'
  | 'NOT_YOUR_MESSAGE'
  | 'TOO_LATE'
  | 'TOO_MANY_TODAY';

/** A message that the server has stored. */
export interface Sent {
  readonly msgId: string;
  /** Its number in the history; `0` for recalls and read marks. */
  readonly id: string;
  /** Epoch ms. */
  readonly sendTime: number;
}

/** What becomes of a message. */
export type SendResult = Result<Sent, SendReason>;

/** So many messages are under way at once: they keep their order on the line. */
const UNDER_WAY = 8;
/** How long nothing is sent after the server has asked for a pause, in ms. */
const PAUSE_MS = 5000;
/** Refusals of a moment: the message is sent again. */
const OF_A_MOMENT: ReadonlySet<string> = new Set([
  'TOO_MANY_CALLS',
  'BUSY',
  'STOPPING',
  'WRITES_PAUSED',
  'DATABASE_AWAY',
  'OUTCOME_UNKNOWN',
]);
const SESSION_ENDED = 601;

/**
 * Messages that the server has not answered, oldest first. They outlive the line and, where the store does, the
 * program: the server takes each `msgId` once, however often it is sent.
 */
export class Outbox {
  readonly #kept: KeptText;
  readonly #onSent: (message: Outgoing, result: SendResult) => void;
  #messages: Outgoing[] = [];
  readonly #underWay = new Set<string>();
  readonly #waiting = new Map<string, (result: SendResult) => void>();
  #line: Line | undefined;
  #pause: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(store: Store, user: string, onSent: (message: Outgoing, result: SendResult) => void) {
    this.#kept = new KeptText(store, `outbox.${user}`);
    this.#onSent = onSent;
  }

  /** Takes up what an earlier run has left. */
  async load(): Promise<void> {
    this.#messages = [...leftIn(await this.#kept.read()), ...this.#messages];
  }

  /** What waits for an answer, oldest first. */
  get messages(): readonly Outgoing[] {
    return this.#messages;
  }

  /**
   * Keeps a message, sends it when it can, and answers when the server does. After the end a message is lost at once
   * and not kept: by then the store may be the next run's.
   */
  async add(message: Outgoing): Promise<SendResult> {
    if (this.#isClosed) return lost('ABORTED', 'Realtime has ended, and has not kept the message.');
    this.#messages.push(message);
    const answer = new Promise<SendResult>((resolve) => {
      this.#waiting.set(message.msgId, resolve);
    });
    await this.#save();
    this.#flush();
    return answer;
  }

  /** From here on messages go over this line. */
  begin(line: Line): void {
    this.#line = line;
    this.#underWay.clear();
    this.#flush();
  }

  /** The line has broken: what had no answer is sent again over the next one. */
  lose(): void {
    this.#line = undefined;
    this.#underWay.clear();
  }

  /** Nothing more is sent now. What waits stays, for the next run. */
  close(): void {
    this.#isClosed = true;
    this.lose();
    clearTimeout(this.#pause);
    for (const resolve of this.#waiting.values())
      resolve(lost('ABORTED', 'Realtime has ended; the message stays in the outbox.'));
    this.#waiting.clear();
  }

  /** The server's answer to a message. */
  answered(msgId: string, code: number, data: Shown): void {
    const message = this.#messages.find((each) => each.msgId === msgId);
    if (!message || code === SESSION_ENDED) return;
    this.#underWay.delete(msgId);
    const reason = String(data['reason'] ?? '');
    if (code !== 1 && OF_A_MOMENT.has(reason)) {
      this.#rest();
      return;
    }
    this.#messages = this.#messages.filter((each) => each !== message);
    void this.#save();
    const result = resultOf(msgId, code, reason, data);
    this.#waiting.get(msgId)?.(result);
    this.#waiting.delete(msgId);
    this.#onSent(message, result);
    this.#flush();
  }

  #rest() {
    this.#pause ??= setTimeout(() => {
      this.#pause = undefined;
      this.#flush();
    }, PAUSE_MS);
  }

  #flush() {
    if (!this.#line || this.#pause !== undefined) return;
    const next = this.#messages.filter(({ msgId }) => !this.#underWay.has(msgId));
    for (const message of next.slice(0, UNDER_WAY - this.#underWay.size)) {
      this.#underWay.add(message.msgId);
      this.#line.send({ op: 'send', message });
    }
  }

  #save(): Promise<void> {
    return this.#kept.write(JSON.stringify(this.#messages));
  }
}

/** What `save` has written; nothing where something else stands there. */
function leftIn(text: string | undefined): Outgoing[] {
  try {
    const left: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(left) ? left : [];
  } catch {
    return [];
  }
}

function resultOf(msgId: string, code: number, reason: string, data: Shown): SendResult {
  if (code === 1) {
    const { id, sendTime } = data;
    return { ok: true, code: '1', data: { msgId, id: String(id), sendTime: Number(sendTime) } };
  }
  return {
    ok: false,
    isLost: false,
    reason: reason as Refused<SendReason>['reason'], // the server's own list
    info: String(data['info'] ?? ''),
    field: undefined,
    code: String(code),
    retryAfter: undefined,
    details: {},
  };
}
