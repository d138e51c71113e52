import { GROUP } from './seed.ts';

const ACK_MS = 1000;
const MESSAGE = '{"op":"message","seq":';

/** A client that costs next to nothing: it counts what comes, and acknowledges once a second. */
export class Counter {
  came = 0;
  bytes = 0;
  private last = 0;
  private acked = 0;
  private readonly address: string;
  private socket: WebSocket | undefined;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(url: string, token: string) {
    this.address = `${url.replace('http', 'ws')}/im?token=${token}&after=0`;
  }

  connect(): Promise<void> {
    return new Promise((opened, failed) => {
      const socket = new WebSocket(this.address);
      this.socket = socket;
      socket.onopen = () => opened();
      socket.onerror = () => failed(new Error('No connection.'));
      socket.onmessage = ({ data }) => this.take(String(data));
      this.timer = setInterval(() => this.acknowledge(), ACK_MS);
    });
  }

  private take(frame: string): void {
    if (!frame.startsWith(MESSAGE)) return;
    this.came += 1;
    this.bytes += frame.length;
    this.last = Number.parseInt(frame.slice(MESSAGE.length), 10);
  }

  private acknowledge(): void {
    if (this.last === this.acked) return;
    this.acked = this.last;
    this.socket?.send(`{"op":"ack","seq":${this.last}}`);
  }

  say(content: string): void {
    const message = { msgId: crypto.randomUUID(), fromType: 2, destId: GROUP, messageType: 2, content };
    this.socket?.send(JSON.stringify({ op: 'send', message }));
  }

  close(): void {
    clearInterval(this.timer);
    this.socket?.close();
  }
}
