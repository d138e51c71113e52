import { connect, type Socket } from 'node:net';
import { until } from './sockets.ts';

/** Kinds of WebSocket frames. */
export const OPCODE = { text: 0x81, binary: 0x82, ping: 0x89, pong: 0x8a } as const;
export type Opcode = (typeof OPCODE)[keyof typeof OPCODE];

/** A frame as a client sends it, masked with zeros. */
export function frame(payload: string | Uint8Array, opcode: Opcode = OPCODE.text): Buffer {
  const bytes = Buffer.from(payload);
  const { length } = bytes;
  const size = length < 126 ? [0x80 | length] : [0x80 | 126, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([opcode, ...size, 0, 0, 0, 0]), bytes]);
}

const CLOSE = 0x88;

/** Where the frame that begins `bytes` says something, and what; undefined while a part is missing. */
function firstFrame(bytes: Buffer): { opcode: number; from: number; end: number } | undefined {
  const short = (bytes[1] ?? 0) & 0x7f;
  const from = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (bytes.length < from) return undefined;
  const length =
    short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  return bytes.length < from + length ? undefined : { opcode: bytes[0] ?? 0, from, end: from + length };
}

/**
 * A WebSocket client that keeps nothing of what it hears, so that whatever grows is the server's. It knows only
 * what it is waiting for, and goes when the server says goodbye.
 */
export class RawLine {
  isClosed = false;
  private isOpen = false;
  private awaited = '';
  private found = false;
  private rest: Buffer = Buffer.alloc(0);
  private readonly line: Socket;

  private constructor(line: Socket) {
    this.line = line;
    line.on('error', () => {});
    line.on('close', () => {
      this.isClosed = true;
    });
    line.on('data', (chunk: Buffer) => {
      this.rest = Buffer.concat([this.rest, chunk]);
      if (!this.isOpen) this.takeHead();
      if (this.isOpen) this.takeFrames();
    });
  }

  private takeHead() {
    const end = this.rest.indexOf('\r\n\r\n');
    if (end < 0) return;
    this.isOpen = this.rest.toString('latin1', 0, 12) === 'HTTP/1.1 101';
    this.rest = this.rest.subarray(end + 4);
    if (!this.isOpen) this.line.destroy();
  }

  private takeFrames() {
    for (let one = firstFrame(this.rest); one; one = firstFrame(this.rest)) {
      if (one.opcode === CLOSE) this.line.destroy();
      if (this.awaited !== '')
        this.found ||= this.rest.toString('utf8', one.from, one.end).includes(this.awaited);
      this.rest = this.rest.subarray(one.end);
    }
  }

  /** Opens a WebSocket. Answers also where it is refused: then it is closed. */
  static async open(port: number, path: string): Promise<RawLine> {
    const line = connect(port, '127.0.0.1');
    const made = new RawLine(line);
    line.write(
      `GET ${path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    await until('the upgrade', () => made.isOpen || made.isClosed);
    return made;
  }

  /** Waits for a text that comes after `act`, or for the end. */
  async hear(text: string, act: () => void): Promise<void> {
    this.awaited = text;
    this.found = false;
    act();
    await until(`hearing ${text}`, () => this.found || this.isClosed);
  }

  /** Sends the same frame some times, in few packets. */
  async say(one: Buffer, times = 1): Promise<void> {
    const together = Math.max(1, Math.min(times, Math.floor(60_000 / one.length)));
    for (let left = times; left > 0 && !this.isClosed; left -= together) {
      const some = Buffer.concat(Array.from({ length: Math.min(left, together) }, () => one));
      await new Promise<void>((sent) => void this.line.write(some, () => sent()));
    }
  }

  /** Takes nothing any more of what the server says. */
  pause(): void {
    this.line.pause();
  }

  async close(): Promise<void> {
    this.line.destroy();
    await until('the end', () => this.isClosed);
  }
}
