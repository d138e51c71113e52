import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

interface Pair {
  /** The client's end, and the server's. */
  readonly near: Socket;
  readonly far: Socket;
  isSilent: boolean;
}

/**
 * A TCP line to a server that breaks as told, as that of a phone in a tunnel does: nobody says goodbye, and what
 * was under way may be lost in the middle of a frame. A client connects to it again at once.
 */
export class Line {
  private readonly pairs = new Set<Pair>();
  private readonly server: Server;
  private readonly target: URL;
  /** Bytes that still reach the client before the line breaks. */
  private left: number | undefined;
  /** How often a connection was broken. */
  cuts = 0;

  /** @param target `http://host:port` */
  constructor(target: string) {
    this.target = new URL(target);
    this.server = createServer((near) => this.join(near));
  }

  /** Begins to listen. */
  async open(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  /** What a client uses in place of the server's own address. */
  get url(): string {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('The line is not open.');
    return `http://127.0.0.1:${address.port}`;
  }

  private join(near: Socket) {
    const far = connect(Number(this.target.port || 80), this.target.hostname);
    const pair: Pair = { near, far, isSilent: false };
    this.pairs.add(pair);
    near.on('data', (bytes) => pair.isSilent || far.write(bytes));
    far.on('data', (bytes: Buffer) => pair.isSilent || this.pass(pair, bytes));
    for (const [end, other] of [
      [near, far],
      [far, near],
    ] as const) {
      end.on('error', () => {}); // what a cut is to the other end
      end.on('close', () => {
        if (!pair.isSilent) other.destroy();
        this.pairs.delete(pair);
      });
    }
  }

  private pass(pair: Pair, bytes: Buffer) {
    if (this.left === undefined || this.left > bytes.length) {
      if (this.left !== undefined) this.left -= bytes.length;
      pair.near.write(bytes);
      return;
    }
    pair.near.end(bytes.subarray(0, this.left));
    this.left = undefined;
    this.cuts += 1;
    pair.far.resetAndDestroy();
  }

  /** Breaks what is connected now. */
  cut(): void {
    for (const { near, far, isSilent } of this.pairs) {
      if (isSilent) continue;
      this.cuts += 1;
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
  }

  /** Breaks the line when so many more bytes have reached the client. */
  cutAfter(bytes: number): void {
    this.left = bytes;
  }

  /** What is connected now carries nothing any more, and neither end is told. New connections work. */
  hang(): void {
    for (const pair of this.pairs) {
      if (pair.isSilent) continue;
      pair.isSilent = true;
      this.cuts += 1;
    }
  }

  close(): void {
    for (const { near, far } of this.pairs) {
      near.destroy();
      far.destroy();
    }
    this.server.close();
  }
}
