import type { Sockets } from '../../realtime/sockets.ts';

/** A user's object (inbox.durable.ts), as others see it. */
export interface InboxStub {
  fetch(request: Request): Promise<Response>;
  /** Something has happened to this user. */
  wake(): Promise<void>;
  /** Wakes others for who has too many of them to wake. */
  relay(users: readonly number[]): Promise<void>;
}

/** The binding of the objects, one a user. */
export interface InboxNamespace {
  idFromName(name: string): DurableObjectId;
  get(id: DurableObjectId): InboxStub;
}

/** A Worker may ask only so many others in one call; beyond that the first of each chunk wakes the rest of it. */
const CHUNK = 40;

/** The object of a user. */
export const inboxOf = (inboxes: InboxNamespace, user: number): InboxStub =>
  inboxes.get(inboxes.idFromName(String(user)));

/** Wakes users one by one. One that cannot be woken looks by itself later. */
export async function wakeEach(inboxes: InboxNamespace, users: readonly number[]): Promise<void> {
  await Promise.allSettled(users.map((user) => inboxOf(inboxes, user).wake()));
}

/** Wakes any number of users. */
export async function wakeAll(inboxes: InboxNamespace, users: readonly number[]): Promise<void> {
  if (users.length <= CHUNK) return wakeEach(inboxes, users);
  const chunks = Array.from({ length: Math.ceil(users.length / CHUNK) }, (_, i) =>
    users.slice(i * CHUNK, (i + 1) * CHUNK),
  );
  await Promise.allSettled(
    chunks.flatMap((chunk) => (chunk[0] === undefined ? [] : [inboxOf(inboxes, chunk[0]).relay(chunk)])),
  );
}

/** Hands WebSockets to the object of the user who opens them. */
export const durableSockets = (inboxes: InboxNamespace): Sockets => ({
  accept: (_, caller, after) =>
    inboxOf(inboxes, caller.userId).fetch(
      new Request('https://inbox/', {
        headers: { upgrade: 'websocket', 'x-socket': JSON.stringify({ caller, after }) },
      }),
    ),
});
