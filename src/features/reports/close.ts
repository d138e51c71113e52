import { sql } from 'drizzle-orm';
import { officialNotices } from '../../../db/schema/announcements.ts';
import { REPORT, reports } from '../../../db/schema/reports.ts';
import { type ChangeId, OFFICIAL, type ReportId } from '../../core/ids.ts';
import { type NoMore, p, prepareChange, type Values } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { type EventValues, eventValues, prepareEvent } from '../../realtime/events.ts';
import { FROM, TEXT } from '../../realtime/message-types.ts';

/** What may come of a complaint, and what its reporter reads. */
export const OUTCOMES = {
  removed: '您举报的内容已被移除',
  warned: '我们已对被举报的用户进行警告',
  muted: '我们已对被举报的用户禁言',
  limited: '我们已限制被举报的用户的部分功能',
  banned: '我们已停用被举报的账号',
  unfounded: '经核实，暂未发现违规',
  handled: '我们已处理',
} as const;
export type Outcome = keyof typeof OUTCOMES;

const OPEN = sql.raw(String(REPORT.open));
/** Complaints that one act closes. */
const MOST = sql.raw('500');

type Closing = {
  readonly report: ReportId;
  readonly outcome: Outcome;
  readonly all: 0 | 1;
  readonly now: number;
  readonly mark_report: ChangeId;
};
/** Complaints that wait about the same one: all of them, or about the same thing of theirs. */
const others = sql`SELECT there.id FROM ${reports} AS it CROSS JOIN ${reports} AS there
  WHERE it.id = ${p('report')} AND it.status = ${OPEN} AND there.status = ${OPEN} AND there.dest_type = it.dest_type
    AND there.dest_id = it.dest_id AND (${p('all')} = 1 OR (it.subject <> '' AND there.subject = it.subject AND there.item = it.item))
  ORDER BY there.created_at, there.id LIMIT ${MOST}`;
/** Prepares the first statement, which carries the condition and is the mark. */
const prepareClose = <Wanted extends Values = NoMore>(condition = sql`1`) =>
  prepareChange<Wanted & Closing>(
    sql`UPDATE ${reports} SET status = ${REPORT.handled}, updated_at = ${p('now')}, outcome = ${p('outcome')}, change_id = ${p('mark_report')}
      WHERE status = ${OPEN} AND (id = ${p('report')} OR id IN (${others})) AND ${condition}`,
  );
const close = prepareClose();

type Told = EventValues & { readonly mark_report: ChangeId };
const closed = sql`FROM ${reports} WHERE change_id = ${p('mark_report')} AND change_id <> 0`;
const note = prepareChange<Told>(
  sql`INSERT INTO ${officialNotices} (id, user_id, msg_id, content, sent_at)
    SELECT MIN(id), user_id, ${p('event_msg_id')}, ${p('event_content')}, ${p('event_at')} ${closed} GROUP BY user_id`,
);
const tell = prepareEvent<Pick<Closing, 'mark_report'>>(sql`SELECT DISTINCT user_id ${closed}`);

type Ports = Pick<Platform, 'clock' | 'ids' | 'random'>;

/** What the official account says to reporters. */
const wordsOf = (outcome: Outcome) => `您的举报已有处理结果：${OUTCOMES[outcome]}。感谢您的反馈。`;

/** What is closed, and with which outcome. */
export interface ClosingOf {
  readonly report: ReportId;
  readonly outcome: Outcome;
  /** Also every other complaint that waits about the same person or group; else those about the same thing. */
  readonly all: boolean;
}

function valuesOf(home: Ports, { report, outcome, all }: ClosingOf): Closing {
  return { report, outcome, all: all ? 1 : 0, now: home.clock.now(), mark_report: home.ids.mark() };
}

function telling(home: Ports, { outcome, mark_report }: Closing) {
  const facts = { type: TEXT, from: OFFICIAL, fromType: FROM.person, content: wordsOf(outcome) };
  const values = { ...eventValues(home, facts), mark_report };
  return { noted: note(values), toldReporters: tell(values) };
}

/** The batch that closes a complaint with those about the same, and tells their reporters. `closed` is its mark. */
export function closing(home: Ports, what: ClosingOf) {
  const values = valuesOf(home, what);
  return { closed: close(values), ...telling(home, values) };
}

/** Prepares the same for a batch that does something about it. @param condition that it has */
export function prepareAnswer<Wanted extends Values>(condition: ReturnType<typeof sql>) {
  const closeIf = prepareClose<Wanted>(condition);
  return (home: Ports, what: ClosingOf, wanted: Wanted) => {
    const values = valuesOf(home, what);
    return { closedReports: closeIf({ ...values, ...wanted }), ...telling(home, values) };
  };
}
