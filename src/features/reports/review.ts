import { eq, getTableColumns, sql } from 'drizzle-orm';
import { REPORT, reports } from '../../../db/schema/reports.ts';
import type { ReportId } from '../../core/ids.ts';
import { LIST_SIZE } from '../../core/operator-page.ts';
import { p, prepareRead, prepareSelect } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';

/** What orders complaints that wait: the oldest first. */
export type ReportKey = { readonly at: number; readonly id: number };
const BEFORE_ALL: ReportKey = { at: -1, id: 0 };

type Waiting = {
  readonly id: number;
  readonly userId: number;
  readonly destType: number;
  readonly destId: number;
  readonly message: string;
  readonly images: string;
  readonly subject: string;
  readonly category: string;
  readonly createdAt: number;
};
const COLUMNS = [
  'id',
  'userId',
  'destType',
  'destId',
  'message',
  'images',
  'subject',
  'category',
  'createdAt',
] as const;
const columns = sql`id, user_id, dest_type, dest_id, message, images, subject, category, created_at`;
const page = sql`(created_at, id) > (${p('at')}, ${p('id')}) ORDER BY created_at, id LIMIT ${sql.raw(String(LIST_SIZE))}`;
const OPEN = sql.raw(String(REPORT.open));
const open = sql`status = ${OPEN}`;

/** A person (0) or a group (1). */
type About = { readonly destType: number; readonly destId: number };
const waiting = prepareRead<ReportKey, Waiting>(
  sql`SELECT ${columns} FROM ${reports} WHERE ${open} AND ${page}`,
  COLUMNS,
);
const isAbout = sql`dest_type = ${p('destType')} AND dest_id = ${p('destId')}`;
const waitingAbout = prepareRead<ReportKey & About, Waiting>(
  sql`SELECT ${columns} FROM ${reports} WHERE ${open} AND ${isAbout} AND ${page}`,
  COLUMNS,
);
const count = prepareRead<void, { total: number }>(sql`SELECT count(*) FROM ${reports} WHERE ${open}`, [
  'total',
]);
const countAbout = prepareRead<About, { total: number }>(
  sql`SELECT count(*) FROM ${reports} WHERE ${open} AND ${isAbout}`,
  ['total'],
);

/** Somebody whom complaints that wait are about. */
type Group = About & {
  readonly id: number;
  readonly count: number;
  readonly people: number;
  readonly categories: string | null;
  readonly createdAt: number;
  readonly newestAt: number;
};
/** The oldest that waits about somebody stands for all of them. */
const oldest = sql`${reports} AS first WHERE first.status = ${OPEN} AND NOT EXISTS (SELECT 1 FROM ${reports} AS earlier
  WHERE earlier.status = ${OPEN} AND earlier.dest_type = first.dest_type AND earlier.dest_id = first.dest_id
    AND (earlier.created_at, earlier.id) < (first.created_at, first.id))`;
const same = sql`FROM ${reports} AS same WHERE same.status = ${OPEN} AND same.dest_type = first.dest_type AND same.dest_id = first.dest_id`;
const grouped = prepareRead<ReportKey, Group>(
  sql`SELECT first.dest_type, first.dest_id, first.id, (SELECT count(*) ${same}), (SELECT count(DISTINCT same.user_id) ${same}),
      (SELECT group_concat(DISTINCT NULLIF(same.category, '')) ${same}), first.created_at, (SELECT MAX(same.created_at) ${same})
    FROM ${oldest} AND (first.created_at, first.id) > (${p('at')}, ${p('id')})
    ORDER BY first.created_at, first.id LIMIT ${sql.raw(String(LIST_SIZE))}`,
  ['destType', 'destId', 'id', 'count', 'people', 'categories', 'createdAt', 'newestAt'],
);
const countGroups = prepareRead<void, { total: number }>(sql`SELECT count(*) FROM ${oldest}`, ['total']);

type Home = Pick<Platform, 'db'>;

/** Complaints that wait, oldest first, and how many. @param about whom; absent: about anybody */
export async function waitingReports({ db }: Home, after: ReportKey = BEFORE_ALL, about?: About) {
  const { rows, total } = await db.read({
    rows: about ? waitingAbout({ ...after, ...about }) : waiting(after),
    total: about ? countAbout(about) : count(),
  });
  return { rows, total: total[0]?.total ?? 0 };
}

/** Everybody whom complaints that wait are about, those first that wait longest, and how many they are. */
export async function reportedOnes({ db }: Home, after: ReportKey = BEFORE_ALL) {
  const { rows, total } = await db.read({ rows: grouped(after), total: countGroups() });
  return { rows, total: total[0]?.total ?? 0 };
}

const one = prepareSelect<{ report: ReportId }>()(getTableColumns(reports), (select) =>
  select.from(reports).where(eq(reports.id, p('report'))),
);
/** A complaint; undefined where there is none. */
export const reportOf = async ({ db }: Home, report: ReportId) => (await db.read(one({ report })))[0];
