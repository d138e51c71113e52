import type { Caller } from '../../http/caller.ts';
import type { Platform } from '../../realtime/context.ts';
import { CLOSE } from '../../realtime/feed.ts';
import { byeFrame, liveFrame, messageFrame, noticeFrame } from '../../realtime/frames.ts';
import { type PageRow, readPage } from '../../realtime/inbox.ts';
import { elsewhereNotice, messageObject } from '../../realtime/message.ts';
import { readEnded } from '../../realtime/session-watch.ts';
import { afterSending, roomIn, type Stretches } from '../../realtime/window.ts';

/** What a socket keeps of itself, so that it outlives its object's sleep. */
export interface Attached {
  readonly caller: Caller;
  /** The last event that was sent or passed over. */
  readonly sent: number;
  /** What was sent and is not acknowledged yet. */
  readonly stretches: Stretches;
  /** Up to here an acknowledgement was written. A socket of an earlier version does not say. */
  readonly noted?: number;
  /** It has been told that nothing more waits. */
  readonly isLive: boolean;
}

const PAGE = 100;

export const attachedTo = (socket: WebSocket) => socket.deserializeAttachment() as Attached; // what `attach` wrote
export const attach = (socket: WebSocket, attached: Attached) => socket.serializeAttachment(attached);
export const isOpen = (socket: WebSocket) => socket.readyState === WebSocket.OPEN;

/** Sends to a socket that may have closed meanwhile; the runtime tells of that by itself. */
export function sendTo(socket: WebSocket, text: string): void {
  if (isOpen(socket)) socket.send(text);
}

/**
 * Closes a socket. The last frame says so, too: where an object closes a socket in its sleep, workerd sends the
 * close but leaves the connection to the client.
 */
export function endSocket(socket: WebSocket, code: number, reason: string): void {
  sendTo(socket, byeFrame(code, reason));
  socket.close(code, reason);
}

/** Sends one page; answers whether there may be more. */
function sendPage(socket: WebSocket, rows: readonly PageRow[], limit: number): boolean {
  let { sent, stretches, ...rest } = attachedTo(socket);
  for (const row of rows) {
    sent = row.seq;
    if (row.hidden) continue;
    sendTo(socket, messageFrame(row.seq, JSON.stringify(messageObject(row))));
    stretches = afterSending(stretches, row.seq);
  }
  const isDone = rows.length < limit;
  if (isDone && !rest.isLive) sendTo(socket, liveFrame(sent));
  attach(socket, { ...rest, sent, stretches, isLive: rest.isLive || isDone });
  return !isDone && roomIn(stretches) > 0;
}

/** Closes the sockets of a session that has ended. */
function dismiss(sockets: readonly WebSocket[], platform: Platform, id: number, successor: string | null) {
  for (const socket of sockets) {
    const { caller } = attachedTo(socket);
    if (caller.sessionId !== id) continue;
    if (successor !== null) sendTo(socket, noticeFrame(elsewhereNotice(platform, caller.userId, successor)));
    endSocket(socket, CLOSE.sessionEnded, 'session ended');
  }
}

/**
 * Reads the inbox behind what each socket has been sent, and sends the next page: one round trip for all of
 * them. A socket that acknowledges nothing gets no more than a window (docs/realtime.md).
 * @returns whether there may be more to send
 */
export async function deliverPage(platform: Platform, sockets: readonly WebSocket[]): Promise<boolean> {
  const pages = sockets.map((socket) => {
    const { caller, sent, stretches } = attachedTo(socket);
    const limit = Math.min(PAGE, roomIn(stretches));
    const { userId: user, device, sessionId: session } = caller;
    return { limit, query: readPage({ user, device, session, after: sent, limit }) };
  });
  const ids = JSON.stringify(sockets.map((socket) => attachedTo(socket).caller.sessionId));
  const { ended, found } = await platform.db.read({
    ended: readEnded({ ids, now: platform.clock.now() }),
    found: pages.map(({ query }) => query),
  });
  for (const { id, successor } of ended) dismiss(sockets, platform, id, successor);
  const living = sockets.filter(isOpen);
  return sockets
    .map((socket, i) => {
      const limit = pages[i]?.limit ?? 0;
      return limit > 0 && living.includes(socket) && sendPage(socket, found[i] ?? [], limit);
    })
    .includes(true);
}
