import { sql } from 'drizzle-orm';
import { presenceChanges } from '../../db/schema/presences.ts';
import type { UserId } from '../core/ids.ts';
import { p, prepareRead } from '../platform/database/query.ts';
import type { OnlinePorts } from './online.ts';
import { tellFriends } from './presence-notices.ts';

/** How often a process looks for what others have noted. */
const LOOK_MS = 1000;
/** Changes that one look shows. */
const PAGE = 500;

const readLast = prepareRead<void, { last: number }>(
  sql`SELECT COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'presence_changes'), 0)`,
  ['last'],
);
const readChanges = prepareRead<
  { after: number; limit: number },
  { id: number; userId: UserId; isOnline: number; home: string }
>(
  sql`SELECT id, user_id, is_online, home FROM ${presenceChanges} WHERE id > ${p('after')} ORDER BY id LIMIT ${p('limit')}`,
  ['id', 'userId', 'isOnline', 'home'],
);

/** Shows to the sockets of this process who came or went in others that share the database. */
export class PresenceWatch {
  private readonly ports: OnlinePorts;
  private last = 0;
  private looking = false;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(ports: OnlinePorts) {
    this.ports = ports;
  }

  async start(): Promise<void> {
    const [row] = await this.ports.db.read(readLast());
    this.last = row?.last ?? 0;
    this.timer = setInterval(() => void this.look(), LOOK_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      await this.showNew();
    } catch (error) {
      this.ports.log.error('presence not read', {
        error: error instanceof Error ? error.message : String(error),
      });
    } finally {
      this.looking = false;
    }
  }

  private async showNew(): Promise<void> {
    const { db, sockets } = this.ports;
    const found = await db.read(readChanges({ after: this.last, limit: PAGE }));
    this.last = found.at(-1)?.id ?? this.last;
    const ofOthers = found.filter(({ home }) => home !== sockets.home);
    await tellFriends(
      this.ports,
      ofOthers.map(({ userId, isOnline }) => ({ userId, isOnline: isOnline === 1 })),
    );
  }
}
