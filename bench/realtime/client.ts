import type { Someone } from './seed.ts';

interface Frame {
  readonly op: string;
  readonly seq?: number;
  readonly msgId?: string;
  readonly message?: { readonly fromType: number; readonly msgId: string; readonly content: string };
}

const ACK_MS = 1000;
const RETRY_MS = 200;

/** What all clients have seen, together. */
export interface Tally {
  /** Milliseconds from the sending of a message to each arrival. */
  latencies: number[];
  /** Arrivals in another order than `seq`. */
  disorder: number;
}

/** A client as it should be: counts `seq`, acknowledges once a second, comes back, sends again what nobody answered. */
export class Client {
  readonly who: Someone;
  /** Events without a place: who came and went. */
  notices = 0;
  /** Messages in the order in which they came. */
  readonly seen: string[] = [];
  private readonly tally: Tally;
  private readonly url: string;
  private readonly unanswered = new Map<string, string>();
  private socket: WebSocket | undefined;
  private last = 0;
  private acked = 0;
  private isOver = false;
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(url: string, who: Someone, tally: Tally) {
    this.url = url.replace('http', 'ws');
    this.who = who;
    this.tally = tally;
    this.timer = setInterval(() => this.acknowledge(), ACK_MS);
  }

  /** Resolves when everything that waited has come. */
  connect(): Promise<void> {
    return new Promise((live) => {
      const socket = new WebSocket(`${this.url}/im?token=${this.who.token}&after=${this.last}`);
      this.socket = socket;
      socket.onopen = () => {
        for (const frame of this.unanswered.values()) socket.send(frame);
      };
      socket.onmessage = ({ data }) => {
        const frame = JSON.parse(String(data)) as Frame;
        if (frame.op === 'message') this.take(frame);
        else if (frame.op === 'sent') this.unanswered.delete(frame.msgId ?? '');
        else if (frame.op === 'live') live();
      };
      socket.onclose = () => {
        if (!this.isOver) setTimeout(() => void this.connect().then(live), RETRY_MS);
      };
    });
  }

  private take({ seq, message }: Frame) {
    if (seq === undefined) {
      this.notices += 1;
      return;
    }
    if (seq <= this.last) this.tally.disorder += 1;
    this.last = seq;
    if (!message?.content.startsWith('at ')) return;
    this.seen.push(`${message.fromType} ${message.msgId}`);
    this.tally.latencies.push(performance.now() - Number(message.content.slice(3)));
  }

  private acknowledge() {
    if (this.last === this.acked || this.socket?.readyState !== WebSocket.OPEN) return;
    this.acked = this.last;
    this.socket.send(`{"op":"ack","seq":${this.last}}`);
  }

  send(msgId: string, fromType: 1 | 2, destId: number): void {
    const message = { msgId, fromType, destId, messageType: 2, content: `at ${performance.now()}` };
    const frame = JSON.stringify({ op: 'send', message });
    this.unanswered.set(msgId, frame);
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(frame);
  }

  get isOpen(): boolean {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  get waits(): number {
    return this.unanswered.size;
  }

  close(): void {
    this.isOver = true;
    clearInterval(this.timer);
    this.socket?.close();
  }
}
