import { type Device, type Login, RETRY_MS, type Speech } from './device.ts';
import { Keeping, kept, type Shown } from './keeping.ts';
import { until } from './socket.ts';

interface Frame {
  readonly op: string;
  readonly seq?: number;
  readonly code?: number;
  readonly msgId?: string;
  readonly message?: Shown;
}

/** Codes after which a client connects again (docs/realtime.md): the server stops or cannot read; too much waited. */
const COME_BACK: readonly unknown[] = [1001, 4408];

/**
 * A bare client of `WS /im`, which keeps no place: it lets the server begin at the cursor. It shares nothing with the
 * SDK, so that the SDK can hide no fault.
 */
export class SocketDevice implements Device {
  readonly isTold = true;
  readonly keeping = new Keeping();
  readonly login: Login;
  readonly acknowledges = true;
  isLive = false;
  private socket: WebSocket | undefined;
  private isOpen = false;
  private isWanted = false;
  /** Frames that nobody has answered, by `msgId`, oldest first. */
  private readonly unanswered = new Map<string, string>();
  private readonly answers = new Map<string, number>();

  constructor(login: Login) {
    this.login = login;
  }

  async connect(): Promise<void> {
    this.isWanted = true;
    this.open();
    await until(`${this.login.name} to be live`, () => this.isLive);
  }

  private open() {
    const { line, token } = this.login;
    const query = new URLSearchParams({ token });
    this.keeping.begin(false);
    const socket = new WebSocket(`${line.url.replace('http', 'ws')}/im?${query}`);
    this.socket = socket;
    this.isLive = false;
    this.isOpen = false;
    socket.onopen = () => {
      if (this.socket !== socket) return;
      this.isOpen = true;
      for (const frame of this.unanswered.values()) socket.send(frame);
    };
    socket.onmessage = ({ data }) => {
      if (this.socket === socket) this.take(JSON.parse(String(data)) as Frame);
    };
    socket.onclose = () => {
      if (this.socket === socket) this.lost();
    };
  }

  private lost() {
    this.socket = undefined;
    this.isLive = false;
    this.isOpen = false;
    if (this.isWanted) setTimeout(() => this.isWanted && !this.socket && this.open(), RETRY_MS);
  }

  private take({ op, seq, code, msgId, message }: Frame) {
    if (op === 'live') this.isLive = true;
    else if (op === 'message' && message) this.keeping.take(kept(seq, message));
    else if (op === 'sent' && msgId !== undefined) {
      this.unanswered.delete(msgId);
      this.answers.set(msgId, code ?? 0);
    } else if (op === 'bye') {
      if (!COME_BACK.includes(code)) this.isWanted = false;
      this.socket?.close();
    }
  }

  readonly acknowledge = (): void => {
    if (!this.isOpen || !this.keeping.last) return;
    this.keeping.acknowledging();
    this.socket?.send(JSON.stringify({ op: 'ack', seq: this.keeping.last.seq }));
  };

  async say({ msgId = crypto.randomUUID(), ...rest }: Speech): Promise<number> {
    const frame = JSON.stringify({ op: 'send', message: { msgId, ...rest } });
    this.answers.delete(msgId);
    this.unanswered.set(msgId, frame);
    if (this.isOpen) this.socket?.send(frame);
    await until(`an answer to ${this.login.name}`, () => this.answers.has(msgId));
    return this.answers.get(msgId) ?? 0;
  }

  async leave(): Promise<void> {
    this.isWanted = false;
    this.socket?.close();
    await until(`${this.login.name} to be gone`, () => this.socket === undefined);
  }

  vanish(): void {
    this.isWanted = false;
    this.login.line.cut();
  }

  goOn(): void {
    this.open();
  }
}
