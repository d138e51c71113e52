import { sql } from 'drizzle-orm';
import { type Audience, announcements } from '../../../db/schema/announcements.ts';
import type { AnnouncementId } from '../../core/ids.ts';
import { LIST_SIZE } from '../../core/operator-page.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';

/** An announcement, as operators see it. */
export type Announcement = {
  readonly id: AnnouncementId;
  readonly audience: Audience;
  readonly device: number | null;
  readonly content: string;
  readonly reach: number;
  readonly got: number;
  /** Epoch ms. */
  readonly sentAt: number;
  readonly stoppedAt: number | null;
};
const columns = ['id', 'audience', 'device', 'content', 'reach', 'got', 'sentAt', 'stoppedAt'] as const;
const shown = sql`n.id, n.audience, n.device, n.content, n.reach, n.got, n.sent_at, n.stopped_at FROM ${announcements} AS n`;

const newest = prepareRead<{ before: number }, Announcement>(
  sql`SELECT ${shown} WHERE n.id < ${p('before')} ORDER BY n.id DESC LIMIT ${sql.raw(String(LIST_SIZE))}`,
  columns,
);
const count = prepareRead<void, { total: number }>(sql`SELECT count(*) FROM ${announcements}`, ['total']);
const one = prepareRead<{ announcement: AnnouncementId }, Announcement>(
  sql`SELECT ${shown} WHERE n.id = ${p('announcement')}`,
  columns,
);

type Home = Pick<Platform, 'db'>;

/** Announcements, the newest first. @param before the last of the page before */
export async function listAnnouncements({ db }: Home, before: number) {
  const { rows, total } = await db.read({ rows: newest({ before }), total: count() });
  return { rows, total: total[0]?.total ?? 0 };
}

/** One announcement; undefined where there is none. */
export const findAnnouncement = async ({ db }: Home, announcement: AnnouncementId) =>
  (await db.read(one({ announcement })))[0];
