import { byeFrame } from '../../realtime/frames.ts';
import type { Goodbye, Notice, Sockets } from '../../realtime/sockets.ts';

/** A user's object (inbox.ts), as who wakes it sees it. */
export interface InboxStub {
  fetch(request: Request): Promise<Response>;
  /** Something has happened to this user. */
  wake(): Promise<void>;
  /** Wakes others for a caller that has too many of them to wake. */
  relay(users: readonly number[]): Promise<void>;
}

/** The same, as others see it. */
export interface ShowingStub extends InboxStub {
  /** Shows the first of these notices, its user's own, and hands on the others. */
  show(notices: readonly Notice[]): Promise<void>;
}

/** The binding of the objects, one a user. */
export interface InboxNamespace<Stub extends InboxStub = InboxStub> {
  idFromName(name: string): DurableObjectId;
  get(id: DurableObjectId): Stub;
}

/** A Worker may ask only so many others in one call; beyond that the first of each chunk wakes the rest of it. */
const CHUNK = 40;

const inChunks = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));

/** The object of a user. */
export const inboxOf = <Stub extends InboxStub>(inboxes: InboxNamespace<Stub>, user: number): Stub =>
  inboxes.get(inboxes.idFromName(String(user)));

/** Wakes users one by one. One that cannot be woken looks by itself later. */
export async function wakeEach(inboxes: InboxNamespace, users: readonly number[]): Promise<void> {
  await Promise.allSettled(users.map((user) => inboxOf(inboxes, user).wake()));
}

/** Wakes any number of users. */
export async function wakeAll(inboxes: InboxNamespace, users: readonly number[]): Promise<void> {
  if (users.length <= CHUNK) return wakeEach(inboxes, users);
  await Promise.allSettled(
    inChunks(users, CHUNK).flatMap((chunk) =>
      chunk[0] === undefined ? [] : [inboxOf(inboxes, chunk[0]).relay(chunk)],
    ),
  );
}

/**
 * Shows notices, a request for each user; of more than a chunk the first of each hands on the rest. One whose
 * object cannot be reached does without.
 */
export async function showAll(
  inboxes: InboxNamespace<ShowingStub>,
  notices: readonly Notice[],
): Promise<void> {
  const size = notices.length <= CHUNK ? 1 : CHUNK;
  await Promise.allSettled(
    inChunks(notices, size).flatMap((chunk) =>
      chunk[0] === undefined ? [] : [inboxOf(inboxes, chunk[0].to).show(chunk)],
    ),
  );
}

/** Friends of somebody who comes or goes that are shown it: each is a request to an object. */
const FRIENDS_TOLD = 200;

/** Users whom a run of the cron wakes: a request for forty of them. */
const WOKEN_TOGETHER = 1000;

/** Says goodbye in the Worker itself: no object is woken for somebody who gets nothing. */
function turnAway({ code, reason }: Goodbye): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  server.send(byeFrame(code, reason));
  server.close(code, reason);
  return new Response(null, { status: 101, webSocket: client });
}

/** Hands WebSockets to the object of the user who opens them, and notices to those of the users whom they are for. */
export const durableSockets = (inboxes: InboxNamespace<ShowingStub>): Sockets => ({
  home: '',
  friendsTold: FRIENDS_TOLD,
  wokenTogether: WOKEN_TOGETHER,
  wake: (users) => wakeAll(inboxes, users),
  show: (notices) => showAll(inboxes, notices),
  turnAway: (_, goodbye) => turnAway(goodbye),
  accept: (_, caller, start) =>
    inboxOf(inboxes, caller.userId).fetch(
      new Request('https://inbox/', {
        headers: { upgrade: 'websocket', 'x-socket': JSON.stringify({ caller, ...start }) },
      }),
    ),
});
