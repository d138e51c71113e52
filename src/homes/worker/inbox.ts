import { DurableObject } from 'cloudflare:workers';
import { systemClock } from '../../core/clock.ts';
import type { UserId } from '../../core/ids.ts';
import { messageOf } from '../../core/message-of.ts';
import { messageIn } from '../../features/chat/client-message.ts';
import { sendFor } from '../../features/chat/over-socket.ts';
import type { Caller } from '../../http/caller.ts';
import { WritesPaused } from '../../platform/database/executor.ts';
import { acknowledge } from '../../realtime/cursors.ts';
import { CLOSE } from '../../realtime/feed.ts';
import { FrameLimit, framesAMinuteOf, TOO_MANY_FRAMES } from '../../realtime/frame-limit.ts';
import { gapFrame, noticeFrame, PING, PONG, parseFrame } from '../../realtime/frames.ts';
import { GatheredAcks } from '../../realtime/gathered-acks.ts';
import { keepOnline, leaveHome, PRESENCE_LIFE_MS } from '../../realtime/presence.ts';
import { tellFriends } from '../../realtime/presence-notices.ts';
import type { Notice, SocketStart } from '../../realtime/sockets.ts';
import { TOO_MUCH, Turns } from '../../realtime/turns.ts';
import { afterAck, roomIn } from '../../realtime/window.ts';
import { type Bindings, openWorkerHome, workerConfig, workerLog } from './home.ts';
import { attach, attachedTo, deliverPage, endSocket, isOpen, sendTo } from './inbox-delivery.ts';
import { showAll, wakeEach } from './wake.ts';

/** The close code of a socket that has done its work. */
const NORMAL = 1000;
/** Coming and going are gathered for so long: friends hear what has become of it. */
const GATHER_MS = 5000;
const RENEW_MS = PRESENCE_LIFE_MS / 2;
const RETRY_MS = 5000;
const homeOf = (user: UserId) => `user:${user}`;

/**
 * The sockets of one user. It sleeps while nothing happens, with its sockets open, and is woken by whoever
 * writes an event for this user; then it reads the inbox behind what each socket has been sent.
 */
export class Inbox extends DurableObject<Bindings> {
  private delivering: Promise<void> | undefined;
  private again = false;
  private telling: Promise<void> = Promise.resolve();
  /** Messages of a socket are sent one after another, in the order in which they came. */
  private readonly turns = new WeakMap<WebSocket, Turns>();
  private readonly acks = new GatheredAcks(async (acks) => {
    const { db, clock } = await this.platform();
    await db.write(acknowledge(acks, clock.now()));
  });
  /** Forgotten in sleep, which needs a silence that no flood leaves it. */
  private frames: FrameLimit | undefined;

  constructor(state: DurableObjectState, bindings: Bindings) {
    super(state, bindings);
    state.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
  }

  private platform() {
    return openWorkerHome(this.env, this.ctx, '');
  }

  private sockets() {
    return this.ctx.getWebSockets().filter(isOpen);
  }

  /** Opens a socket of a caller whom the Worker has proved. */
  override async fetch(request: Request): Promise<Response> {
    // Only our own Worker can reach an object.
    const { caller, after, gap } = JSON.parse(request.headers.get('x-socket') ?? '') as SocketStart & {
      readonly caller: Caller;
    };
    const { 0: client, 1: server } = new WebSocketPair();
    const tag = String(caller.sessionId);
    for (const before of this.ctx.getWebSockets(tag)) endSocket(before, CLOSE.replaced, 'connected again');
    this.ctx.acceptWebSocket(server, [tag]);
    attach(server, { caller, sent: after, stretches: [], noted: 0, isLive: false });
    if (gap !== undefined) sendTo(server, gapFrame(gap));
    this.ctx.storage.kv.put('user', caller.userId);
    await this.ringIn(RENEW_MS);
    await this.tellPresence();
    if (this.ctx.storage.kv.get('news') !== undefined) await this.ringIn(GATHER_MS);
    this.ctx.waitUntil(this.wake());
    return new Response(null, { status: 101, webSocket: client });
  }

  /** Has the alarm ring in this time, or before where it was to. */
  private async ringIn(ms: number): Promise<void> {
    const at = Date.now() + ms;
    const planned = await this.ctx.storage.getAlarm();
    if (planned === null || planned > at) await this.ctx.storage.setAlarm(at);
  }

  /** Something has happened to this user: looks now, or once more when the look that runs has ended. */
  async wake(): Promise<void> {
    this.again = true;
    this.delivering ??= this.deliver();
    await this.delivering;
  }

  /** Wakes others for a Worker that has too many of them to wake. */
  async relay(users: readonly number[]): Promise<void> {
    await wakeEach(this.env.INBOX, users);
  }

  /** Shows this user what is not stored, and hands on what is for others. */
  async show([mine, ...others]: readonly Notice[]): Promise<void> {
    if (mine) for (const socket of this.sockets()) sendTo(socket, noticeFrame(mine.message));
    await showAll(this.env.INBOX, others);
  }

  private async deliver(): Promise<void> {
    try {
      const platform = await this.platform();
      while (this.again) {
        this.again = false;
        const sockets = this.sockets();
        if (sockets.length > 0 && (await deliverPage(platform, sockets))) this.again = true;
      }
    } catch {
      // The database is away: what waits there is read later.
      await this.ctx.storage.setAlarm(Date.now() + RETRY_MS);
    } finally {
      this.delivering = undefined;
    }
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    if (!isOpen(socket)) return;
    const { userId } = attachedTo(socket).caller;
    this.frames ??= new FrameLimit(systemClock, framesAMinuteOf(workerConfig(this.env)));
    if (!this.frames.spend(userId)) return endSocket(socket, CLOSE.tooMany, TOO_MANY_FRAMES);
    const frame = typeof message === 'string' ? parseFrame(message) : undefined;
    if (!frame) return endSocket(socket, CLOSE.badFrame, 'bad frame');
    if (frame.op === 'ping') return sendTo(socket, PONG);
    if (frame.op === 'ack') return this.take(socket, frame.seq);
    const turns = this.turns.get(socket) ?? new Turns(workerLog);
    this.turns.set(socket, turns);
    if (turns.isFull) return endSocket(socket, CLOSE.tooSlow, TOO_MUCH);
    const { msgId } = frame.message;
    const said = messageIn(frame.message);
    await turns.add(said?.content ?? '', async () => {
      const reply = await sendFor(await this.platform(), attachedTo(socket).caller, said);
      sendTo(socket, JSON.stringify({ op: 'sent', msgId, ...reply }));
    });
  }

  /** A client has taken everything up to `seq`; what it has said before is written no second time. */
  private async take(socket: WebSocket, seq: number): Promise<void> {
    const attached = attachedTo(socket);
    const taken = Math.min(seq, attached.sent);
    if (taken <= (attached.noted ?? 0)) return;
    this.frames?.refund(attached.caller.userId);
    const stretches = afterAck(attached.stretches, taken);
    attach(socket, { ...attached, stretches, noted: taken });
    const { userId, device } = attached.caller;
    try {
      await this.acks.add({ userId, device, seq: taken });
    } catch (error) {
      attach(socket, { ...attachedTo(socket), noted: 0 }); // so that saying it again is heard
      throw error;
    }
    if (roomIn(attached.stretches) === 0 && roomIn(stretches) > 0) await this.wake();
  }

  override async webSocketClose(socket: WebSocket): Promise<void> {
    // The answer to a client that closes: workerd does not give it by itself where an object can sleep.
    if (socket.readyState === WebSocket.CLOSING) socket.close(NORMAL);
    if (this.sockets().every((each) => each === socket))
      await this.ctx.storage.setAlarm(Date.now() + GATHER_MS);
  }

  override webSocketError(socket: WebSocket): Promise<void> {
    return this.webSocketClose(socket);
  }

  /**
   * While there are sockets: refreshes this user's online mark, and looks, in case a waking was lost. Some seconds
   * after the last has closed: they are gone. Friends hear of either here.
   */
  override async alarm(): Promise<void> {
    const user = this.ctx.storage.kv.get<UserId>('user');
    if (user === undefined) return;
    // The next one first, whatever becomes of this one: an object without an alarm never looks again.
    await this.ctx.storage.setAlarm(Date.now() + RENEW_MS);
    await this.tellPresence(async (isOnline) => {
      await this.tellNews(user);
      // Whoever has gone since then is still to be said gone, by the alarm of the closing; the next turn greets who came.
      if (!isOnline && this.sockets().length === 0) await this.rest();
    });
    await this.wake();
  }

  /** A user who is said to be gone needs no alarm any more. */
  private async rest(): Promise<void> {
    this.ctx.storage.kv.delete('user');
    await this.ctx.storage.deleteAlarm();
  }

  /**
   * Says whether this user is online. One write at a time, each of what is true when its turn comes: else the
   * goodbye of an alarm could come after the greeting of a socket that opened meanwhile. Tries again where the
   * database is away.
   * @param then what follows in the same turn, told whether the user was said to be online
   */
  private tellPresence(then?: (isOnline: boolean) => Promise<void>): Promise<void> {
    this.telling = this.telling
      .then(() => this.writePresence())
      .then(then)
      .catch(async (error: unknown) => {
        if (!(error instanceof WritesPaused))
          workerLog.error('presence not written', {
            error: messageOf(error),
          });
        await this.ctx.storage.setAlarm(Date.now() + RETRY_MS);
      });
    return this.telling;
  }

  /** @returns whether the user is online by what was said */
  private async writePresence(): Promise<boolean> {
    const user = this.ctx.storage.kv.get<UserId>('user');
    if (user === undefined) return false;
    const { db, clock } = await this.platform();
    const said = { home: homeOf(user), now: clock.now() };
    if (this.sockets().length > 0) {
      const { came } = await db.write(keepOnline([user], said));
      this.note(came.length > 0, true);
      return true;
    }
    const { went } = await db.write(leaveHome([user], said));
    this.note(went.length > 0, false);
    return false;
  }

  /** Keeps what friends are to hear at the next alarm; who has come and gone by then has done neither. */
  private note(isNews: boolean, isOnline: boolean): void {
    if (!isNews) return;
    const before = this.ctx.storage.kv.get<boolean>('news');
    if (before === !isOnline) this.ctx.storage.kv.delete('news');
    else this.ctx.storage.kv.put('news', isOnline);
  }

  /** Shows friends what is kept for them. */
  private async tellNews(user: UserId): Promise<void> {
    const isOnline = this.ctx.storage.kv.get<boolean>('news');
    if (isOnline === undefined) return;
    const platform = await this.platform();
    await tellFriends(platform, [{ userId: user, isOnline }], platform.sockets.friendsTold);
    this.ctx.storage.kv.delete('news');
  }
}
