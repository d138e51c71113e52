import type { IncomingMessage } from 'node:http';
import type { Socket } from 'socket.io';
import type { SessionId } from '../../../core/ids.ts';
import { refuse } from '../../../http/failure.ts';
import { refuseFlood } from '../../../http/limits.ts';
import type { Platform } from '../../../realtime/context.ts';
import type { Realtime } from '../../../realtime/realtime.ts';
import { type Admission, admit, limitRequest } from './admission.ts';
import { SocketIoClient } from './client.ts';
import { type Engine, SocketIoConnection } from './connection.ts';
import { queryOf } from './query.ts';
import type { CountFrame } from './websockets.ts';

/** The connections of the original apps' port: who may make one, and what each may ask for. */
export class SocketIoConnections {
  private readonly platform: Platform;
  private readonly realtime: Realtime;
  private readonly admitted = new WeakMap<IncomingMessage, Admission>();
  private readonly open = new Map<string, SocketIoConnection>();
  private readonly byEngine = new WeakMap<Engine, SocketIoConnection>();
  /** Those that have joined nothing yet: one a session, so that nobody can hold many. */
  private readonly waiting = new Map<SessionId, SocketIoConnection>();

  constructor(realtime: Realtime, platform: Platform) {
    this.realtime = realtime;
    this.platform = platform;
  }

  /** How many there are, and how many of them have joined nothing yet. */
  get held() {
    return { connections: this.open.size, waiting: this.waiting.size };
  }

  /** Lets a handshake make a connection. Throws a refusal where it may not. */
  async admit(request: IncomingMessage): Promise<void> {
    if (!this.realtime.isOpen) refuse('STOPPING');
    const admission = await admit(this.platform, request);
    if (!this.realtime.isOpen) refuse('STOPPING'); // since then
    refuseFlood(this.realtime.frames.waitFor(admission.caller.userId));
    this.admitted.set(request, admission);
  }

  /** Counts a request of a connection that has been made. Throws a refusal where it is one too many. */
  async request(request: IncomingMessage): Promise<void> {
    const id = queryOf(request, 'sid');
    if (!id) return; // a handshake, which `admit` counts
    const connection = this.open.get(id);
    if (!connection) return limitRequest(this.platform, request);
    // A poll asks for what we have to say; there is one at a time, and it ends when we have said something.
    if (request.method !== 'GET' || request.headers.upgrade !== undefined) connection.request();
  }

  /** Counts the frames of a WebSocket that a request has asked for. */
  counterOf(request: IncomingMessage): CountFrame {
    const user =
      this.admitted.get(request)?.caller.userId ?? this.open.get(queryOf(request, 'sid') ?? '')?.user;
    return () => user !== undefined && this.realtime.frames.spend(user);
  }

  /** A handshake has made a connection. */
  made(engine: Engine): void {
    const admission = this.admitted.get(engine.request);
    if (!admission) return void engine.close(true);
    const { userId, sessionId } = admission.caller;
    const { sid } = engine.transport;
    const connection = new SocketIoConnection(engine, this.realtime.frames, userId);
    this.open.set(sid, connection);
    this.byEngine.set(engine, connection);
    this.waiting.get(sessionId)?.end();
    this.waiting.set(sessionId, connection);
    engine.once('close', () => {
      this.open.delete(sid);
      this.waitsNoMore(sessionId, connection);
    });
  }

  /** A connection has joined the default namespace. */
  joined(socket: Socket): void {
    const admission = this.admitted.get(socket.request);
    const connection = this.byEngine.get(socket.conn);
    if (!admission || !connection) return void socket.disconnect(true);
    this.waitsNoMore(admission.caller.sessionId, connection);
    // It may have stopped since the handshake.
    if (!this.realtime.isOpen) return void socket.conn.close();
    new SocketIoClient(this.realtime, this.platform, socket, connection, admission);
  }

  private waitsNoMore(session: SessionId, connection: SocketIoConnection): void {
    if (this.waiting.get(session) === connection) this.waiting.delete(session);
  }
}
