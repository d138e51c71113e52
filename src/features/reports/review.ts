import { asc, eq, sql } from 'drizzle-orm';
import { reports } from '../../../db/schema/reports.ts';
import type { Platform } from '../../context.ts';
import type { ReportId } from '../../ids.ts';
import { build, prepareChange, prepareRows } from '../../platform/database/query.ts';

const p = (name: string) => sql.placeholder(name);
const waiting = prepareRows(
  build
    .select({
      id: reports.id,
      userId: reports.userId,
      destType: reports.destType,
      destId: reports.destId,
      message: reports.message,
      images: reports.images,
      createdAt: reports.createdAt,
    })
    .from(reports)
    .where(eq(reports.status, 0))
    .orderBy(asc(reports.createdAt), asc(reports.id))
    .limit(100),
);
const close = prepareChange(
  sql`UPDATE ${reports} SET status = 1, updated_at = ${p('now')} WHERE id = ${p('report')} AND status = 0`,
);

type Home = Pick<Platform, 'db' | 'clock'>;

/** The complaints that nobody has handled yet, oldest first; at most 100. */
export async function waitingReports({ db }: Home) {
  const [rows] = await db.read(waiting());
  return rows;
}

/** Notes that a complaint has been handled, once. @returns false when no such complaint waits */
export async function closeReport({ db, clock }: Home, report: ReportId): Promise<boolean> {
  const [closed] = await db.write(close({ report, now: clock.now() }));
  return closed === 1;
}
