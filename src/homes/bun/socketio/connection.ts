import type { Socket } from 'socket.io';
import type { UserId } from '../../../core/ids.ts';
import type { FrameLimit } from '../../../realtime/frame-limit.ts';
import { MAX_WAITING_BYTES } from '../../../realtime/turns.ts';

/** What a packet costs beside its data. */
const PACKET_BYTES = 128;

/** A connection as Engine.IO has it. */
export type Engine = Socket['conn'];

/**
 * One Engine.IO connection. It is made once, with all that belongs to the connection and not to what is joined over
 * it. From the handshake on it counts the packets that come by polling (what comes by WebSocket is counted below,
 * by `CountingWebSockets`), and what waits to leave.
 */
export class SocketIoConnection {
  /** Bytes that Engine.IO holds until the transport takes more. */
  waiting = 0;
  /** Called when the transport has taken what waited. */
  onDrain = () => {};
  private readonly engine: Engine;
  private readonly frames: FrameLimit;
  readonly user: UserId;
  /** A request has been counted that no packet has come of yet. */
  private isPaid = false;

  constructor(engine: Engine, frames: FrameLimit, user: UserId) {
    this.engine = engine;
    this.frames = frames;
    this.user = user;
    engine.on('packet', () => this.take());
    engine.on('packetCreate', ({ data }: { data?: { length: number } }) => {
      this.waiting += PACKET_BYTES + (data?.length ?? 0);
      if (this.waiting > MAX_WAITING_BYTES) this.end();
    });
    engine.on('flush', () => {
      this.waiting = 0;
    });
    engine.on('drain', () => this.onDrain());
  }

  /** A request of HTTP for this connection: it counts once, together with the first packet that it carries. */
  request(): void {
    this.spend();
    this.isPaid = true;
  }

  /** A packet has answered something that was sent. */
  refund(): void {
    this.frames.refund(this.user);
  }

  /** Ends the transport at once, whatever waits. Clients come again by themselves. */
  end(): void {
    this.engine.close(true);
  }

  private take(): void {
    if (this.engine.transport.name === 'websocket') return;
    if (this.isPaid) this.isPaid = false;
    else this.spend();
  }

  private spend(): void {
    if (!this.frames.spend(this.user)) this.end();
  }
}
