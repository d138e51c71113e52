import type { UserId } from '../core/ids.ts';
import type { Notice } from './sockets.ts';

/** A socket, as far as something is shown to it. */
interface Shown {
  /** It has no room for another message. */
  readonly isFull: boolean;
  notify(message: string): void;
  /** What the work says goes out as one. */
  together(work: () => void): void;
}

/** Shows what is not stored to the sockets of one process. */
export class Showing {
  private readonly clients = new Map<UserId, Set<Shown>>();

  add(user: UserId, client: Shown): void {
    this.clients.set(user, (this.clients.get(user) ?? new Set<Shown>()).add(client));
  }

  remove(user: UserId, client: Shown): void {
    const all = this.clients.get(user);
    all?.delete(client);
    if (all?.size === 0) this.clients.delete(user);
  }

  /** A client with no room for them does without: they are news of a moment. */
  show(notices: readonly Notice[]): void {
    const heard = notices.filter(({ to }) => this.clients.has(to));
    for (const [user, his] of Map.groupBy(heard, ({ to }) => to)) {
      for (const client of this.clients.get(user) ?? []) {
        client.together(() => {
          for (const { message } of his) if (!client.isFull) client.notify(message);
        });
      }
    }
  }
}
