import { inject } from 'vitest';
import type { Person } from './client.ts';

/** A message object as a socket shows it. */
export interface SeenMessage {
  readonly fromId: number;
  readonly destId: number;
  readonly content: string;
  readonly messageType: number;
}
interface Frame {
  readonly op: string;
  readonly seq?: number;
  readonly code?: number;
  readonly msgId?: string;
  readonly message?: SeenMessage;
}

const TIME_MS = 45_000;

/** Waits until something holds. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + TIME_MS;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`Not in time: ${what}`);
    await new Promise((soon) => setTimeout(soon, 20));
  }
}

/** A client of `WS /im` that keeps what it sees, over as many connections as it takes. */
export class Listener {
  readonly messages: SeenMessage[] = [];
  readonly seqs: number[] = [];
  readonly answers: Frame[] = [];
  isLive = false;
  code: number | undefined;
  private socket: WebSocket | undefined;
  private readonly token: string;
  private readonly url: string;

  constructor(who: Pick<Person, 'token'>, url = inject('url')) {
    this.url = url;
    this.token = who.token;
  }

  /** Connects, or connects again, behind the last event that it has. */
  async connect(): Promise<this> {
    const query = new URLSearchParams({ token: this.token, after: String(this.seqs.at(-1) ?? 0) });
    const socket = new WebSocket(`${this.url.replace('http', 'ws')}/im?${query}`);
    this.socket = socket;
    this.isLive = false;
    this.code = undefined;
    socket.onmessage = ({ data }) => this.take(JSON.parse(String(data)) as Frame);
    socket.onclose = ({ code }) => {
      if (this.socket === socket) this.code = code;
    };
    await until('the socket to be live', () => this.isLive || this.code !== undefined);
    return this;
  }

  private take(frame: Frame) {
    if (frame.op === 'live') this.isLive = true;
    if (frame.op === 'bye') {
      this.code = frame.code;
      this.drop();
    }
    if (frame.op === 'sent' || frame.op === 'pong') this.answers.push(frame);
    if (frame.op !== 'message' || !frame.message) return;
    this.messages.push(frame.message);
    if (frame.seq !== undefined) this.seqs.push(frame.seq);
  }

  contents(type = 2): string[] {
    return this.messages.filter(({ messageType }) => messageType === type).map(({ content }) => content);
  }

  send(frame: unknown): void {
    this.socket?.send(JSON.stringify(frame));
  }

  ack(): void {
    this.send({ op: 'ack', seq: this.seqs.at(-1) ?? 0 });
  }

  /** Sends a message and waits for the answer's code. */
  async say(message: Readonly<Record<string, unknown>>): Promise<number | undefined> {
    const msgId = crypto.randomUUID();
    this.send({ op: 'send', message: { fromType: 1, messageType: 2, msgId, ...message } });
    const answer = () => this.answers.find((each) => each.msgId === (message['msgId'] ?? msgId));
    await until('an answer', () => answer() !== undefined);
    return answer()?.code;
  }

  /** Goes away without a word. */
  drop(): void {
    const { socket } = this;
    this.socket = undefined;
    socket?.close();
  }
}
