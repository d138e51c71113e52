import { type SQL, sql } from 'drizzle-orm';
import { AUDIENCE, announcements, announcementTargets } from '../../db/schema/announcements.ts';

/** Whose a row of the inbox is that is for many at once: it stands there once, as a group's does. */
export const EVERYBODY = -1;
export const everybody = sql.raw(String(EVERYBODY));

/**
 * Condition over an announcement `n`: a user gets it on a kind of device. They had registered when it was sent, are on
 * the list where there is one, and the device is of its kind where it is for one.
 */
export const isFor = (user: SQL, device: SQL): SQL =>
  sql`(${user} <= n.last_user AND (n.device IS NULL OR n.device = ${device})
    AND (n.audience <> ${sql.raw(String(AUDIENCE.list))} OR EXISTS (SELECT 1 FROM ${announcementTargets} AS target
      WHERE target.announcement_id = n.id AND target.user_id = ${user})))`;

/** Condition over a place of the inbox: it is an announcement that a user gets on a kind of device. */
export const isAnnouncedTo = (seq: SQL, user: SQL, device: SQL): SQL =>
  sql`EXISTS (SELECT 1 FROM ${announcements} AS n WHERE n.seq = ${seq} AND ${isFor(user, device)})`;
