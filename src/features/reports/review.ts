import { and, asc, eq, sql } from 'drizzle-orm';
import { REPORT, reports } from '../../../db/schema/reports.ts';
import type { ReportId } from '../../core/ids.ts';
import { LIST_SIZE } from '../../core/operator-page.ts';
import { p, prepareChange, prepareRead, prepareSelect } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';

/** What orders complaints that wait: the oldest first. */
export type ReportKey = { readonly at: number; readonly id: number };
const BEFORE_ALL: ReportKey = { at: -1, id: 0 };

const waiting = prepareSelect<ReportKey>()(
  {
    id: reports.id,
    userId: reports.userId,
    destType: reports.destType,
    destId: reports.destId,
    message: reports.message,
    images: reports.images,
    createdAt: reports.createdAt,
  },
  (select) =>
    select
      .from(reports)
      .where(
        and(
          eq(reports.status, REPORT.open),
          sql`(${reports.createdAt}, ${reports.id}) > (${p('at')}, ${p('id')})`,
        ),
      )
      .orderBy(asc(reports.createdAt), asc(reports.id))
      .limit(LIST_SIZE),
);
const count = prepareRead<void, { total: number }>(
  sql`SELECT count(*) FROM ${reports} WHERE status = ${REPORT.open}`,
  ['total'],
);
const close = prepareChange<{ now: number; report: ReportId }>(
  sql`UPDATE ${reports} SET status = ${REPORT.handled}, updated_at = ${p('now')} WHERE id = ${p('report')} AND status = ${REPORT.open}`,
);

type Home = Pick<Platform, 'db' | 'clock'>;

/** The complaints that nobody has handled yet, oldest first. @param after the last of the page before */
export async function waitingReports({ db }: Pick<Platform, 'db'>, after: ReportKey = BEFORE_ALL) {
  const rows = await db.read(waiting(after));
  return rows;
}

/** How many complaints wait. */
export const countReports = async ({ db }: Pick<Platform, 'db'>): Promise<number> =>
  (await db.read(count()))[0]?.total ?? 0;

/** The statement that notes that a complaint has been handled; `closed` changes a row where it was open. */
export const closing = ({ clock }: Pick<Platform, 'clock'>, report: ReportId) => ({
  closed: close({ report, now: clock.now() }),
});

/** Notes that a complaint has been handled, once. @returns false when no such complaint waits */
export async function closeReport(home: Home, report: ReportId): Promise<boolean> {
  const { closed } = await home.db.write(closing(home, report));
  return closed === 1;
}

const statusOf = prepareRead<{ report: ReportId }, { status: number }>(
  sql`SELECT status FROM ${reports} WHERE id = ${p('report')}`,
  ['status'],
);

/** 0 open, 1 handled; undefined where there is no such complaint. */
export const reportStatus = async (
  { db }: Pick<Platform, 'db'>,
  report: ReportId,
): Promise<number | undefined> => (await db.read(statusOf({ report })))[0]?.status;
