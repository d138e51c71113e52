import { type SQL, sql } from 'drizzle-orm';
import { groups } from '../../../db/schema/groups.ts';
import { LOGIN_EVENT } from '../../../db/schema/login-events.ts';
import { REPORT, REPORTED, type Reported, reports } from '../../../db/schema/reports.ts';
import { users } from '../../../db/schema/users.ts';
import type { ReportId, UserId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import { replyRow } from '../../http/idempotency.ts';
import { published } from '../../http/login-events.ts';
import { orTaken, rowOf } from '../../platform/database/mark.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { stemsIn } from '../uploads/keys.ts';
import { sealReported } from './evidence.ts';
import { findReported, isAsSeen, type Naming, type Reportable } from './reported.ts';

/** Complaints that one person may file within 24 hours. */
export const REPORTS_A_DAY = 50;
const DAY_MS = 24 * 3600 * 1000;

/** What the statements here want. */
type Wanted = {
  readonly report: ReportId;
  readonly me: UserId;
  readonly destType: number;
  readonly destId: number;
  readonly images: string;
  readonly message: string;
  readonly category: string;
  readonly subject: string;
  readonly item: number;
  readonly sealed: string;
  readonly files: string;
  readonly now: number;
};

const targetExists = sql`CASE ${p('destType')} WHEN ${REPORTED.person} THEN EXISTS (SELECT 1 FROM ${users} WHERE id = ${p('destId')})
  ELSE EXISTS (SELECT 1 FROM ${groups} WHERE id = ${p('destId')}) END`;
const mayFileToday = sql`(SELECT count(*) FROM ${reports} AS before WHERE before.user_id = ${p('me')}
  AND before.created_at > ${p('now')} - ${sql.raw(String(DAY_MS))}) < ${sql.raw(String(REPORTS_A_DAY))}`;
const filed = rowOf(reports, 'report');
const insert = (condition: SQL) =>
  sql`INSERT INTO ${reports} (id, user_id, dest_type, dest_id, images, message, category, subject, item, sealed, files,
      status, created_at, updated_at)
    SELECT ${p('report')}, ${p('me')}, ${p('destType')}, ${p('destId')}, ${p('images')}, ${p('message')}, ${p('category')},
      ${p('subject')}, ${p('item')}, ${p('sealed')}, ${p('files')}, ${REPORT.open}, ${p('now')}, ${p('now')}
    WHERE ${orTaken(sql`${targetExists} AND ${mayFileToday} AND ${condition}`, filed)}`;
const fileAlone = prepareChange<Wanted>(insert(sql`1`));
type WithEvidence = Wanted & Naming & { readonly seen: string };
const fileWith = {
  moment: prepareChange<WithEvidence>(insert(isAsSeen('moment'))),
  comment: prepareChange<WithEvidence>(insert(isAsSeen('comment'))),
  message: prepareChange<WithEvidence>(insert(isAsSeen('message'))),
  note: prepareChange<WithEvidence>(insert(isAsSeen('note'))),
} as const;
const remember = replyRow<{ report: ReportId }>(filed);
const obstacles = prepareRead<
  Pick<Wanted, 'destType' | 'destId' | 'me' | 'now'>,
  Record<'exists' | 'room', number>
>(sql`SELECT ${targetExists}, ${mayFileToday}`, ['exists', 'room']);

/** A complaint as it is filed. */
export interface Complaint {
  readonly destType: Reported;
  readonly destId: number;
  readonly images: string;
  readonly message: string;
  readonly category: string;
  /** What it names; undefined for nothing. */
  readonly about: { readonly subject: Reportable; readonly named: number | string } | undefined;
}

const NOTHING = { subject: '', item: 0, sealed: '', files: '' };

/**
 * Files a complaint about a person or a group. What it names is copied, sealed, as it stands at that moment.
 * @param reply what the call answers, for its retry
 * Refuses `NO_SUCH_TARGET`, `NO_SUCH_CONTENT`, `TOO_MANY`.
 */
export async function fileReport(
  context: CallerContext,
  report: ReportId,
  { about, ...complaint }: Complaint,
  reply: unknown,
): Promise<void> {
  const base = { ...complaint, ...NOTHING, report, me: context.caller.userId, now: context.clock.now() };
  const shared = {
    published: published(context, LOGIN_EVENT.report, [report]),
    reply: context.remember(reply, remember, base),
  };
  let isFiled: number;
  if (about) {
    const { subject, named } = about;
    const [found] = await context.db.read(findReported[subject]({ ...base, named }));
    const seen = found?.evidence ?? '';
    const values = {
      ...base,
      ...{ subject, named, seen },
      item: found?.item ?? 0,
      sealed: sealReported(context, seen),
      files: [...stemsIn(seen)].join(' '),
    };
    isFiled = (await context.db.write({ filed: fileWith[subject](values), ...shared })).filed;
  } else isFiled = (await context.db.write({ filed: fileAlone(base), ...shared })).filed;
  if (isFiled > 0) return;
  const [why] = await context.db.read(obstacles(base));
  if (!why?.exists) refuse('NO_SUCH_TARGET');
  refuse(why.room ? 'NO_SUCH_CONTENT' : 'TOO_MANY');
}
