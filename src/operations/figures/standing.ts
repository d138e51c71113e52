import { getTableColumns, sql } from 'drizzle-orm';
import { dailyFigures, jobRuns, runningFigures } from '../../../db/schema/figures.ts';
import { pushOutbox } from '../../../db/schema/push.ts';
import { smsSends } from '../../../db/schema/sms-codes.ts';
import { chinaDay, chinaDayStart } from '../../core/china-time.ts';
import { type LedgerCheck, lastCheck } from '../../ledger/check/rows.ts';
import { systemBalances } from '../../ledger/figures.ts';
import { p, prepareRead, prepareSelect, type RowOf } from '../../platform/database/query.ts';
import { byLabel, type Family, single } from '../../platform/metrics/exposition.ts';
import type { Platform } from '../../realtime/context.ts';
import { readLast } from '../../realtime/live-events.ts';
import { queues as operators, type Queue } from '../queues/queues.ts';

/** Nothing is counted further, so that a look costs the same however much waits. */
const MOST = 10_000;

/** What waits, which an index has in the order of its time. Value: `now`. */
type Waiting = Pick<Queue, 'rows' | 'waits' | 'order' | 'since'>;

const standing = ({ rows, waits, order, since }: Waiting) =>
  prepareRead<{ now: number }, { waiting: number; oldest: number }>(
    sql`SELECT (SELECT count(*) FROM (SELECT 1 FROM ${rows} WHERE ${waits} LIMIT ${sql.raw(String(MOST))})),
      MIN(${p('now')}, COALESCE((SELECT ${since} FROM ${rows} WHERE ${waits} ORDER BY ${order} LIMIT 1), ${p('now')}))`,
    ['waiting', 'oldest'],
  );

const pushes: Waiting = {
  rows: sql`${pushOutbox} AS w`,
  waits: sql`true`,
  order: sql`w.due_at`,
  since: sql`w.due_at`,
};

/** What waits for somebody or something, by name. */
const waiting = [
  ...operators.map((queue) => ({ name: queue.name, standing: standing(queue) })),
  { name: 'pushes', standing: standing(pushes) },
];

const DAY_FIGURES = [
  'registrations',
  'active_people',
  'messages',
  'money_moved_fen',
  'calls',
  'failed_calls',
] as const;

const codesSent = prepareRead<{ since: number }, { sent: number }>(
  sql`SELECT count(*) FROM ${smsSends} WHERE sent_at >= ${p('since')}`,
  ['sent'],
);

const runs = prepareSelect<void>()(getTableColumns(jobRuns), (select) => select.from(jobRuns));
const runningNumbers = prepareSelect<void>()(getTableColumns(runningFigures), (select) =>
  select.from(runningFigures),
);
const ofDay = prepareRead<{ day: number }, { name: string; value: number }>(
  sql`SELECT name, value FROM ${dailyFigures} WHERE day = ${p('day')}`,
  ['name', 'value'],
);

/** How jobs fare, by the word `task`: Prometheus itself calls something else a job. */
function jobFamilies(rows: readonly RowOf<typeof runs>[]): Family[] {
  const byTask = (
    name: string,
    type: 'counter' | 'gauge',
    help: string,
    of: (row: RowOf<typeof runs>) => number,
  ) =>
    byLabel(
      name,
      type,
      help,
      'task',
      rows.map((row) => [row.name, of(row)]),
    );
  return [
    byTask('teahouse_job_runs_total', 'counter', 'Runs of a job.', (row) => row.runs),
    byTask('teahouse_job_failures_total', 'counter', 'Those that failed.', (row) => row.failures),
    byTask(
      'teahouse_job_last_run_timestamp_seconds',
      'gauge',
      'When its last run ended, since 1970.',
      (row) => row.lastAt / 1000,
    ),
    byTask('teahouse_job_last_duration_seconds', 'gauge', 'How long that took.', (row) => row.lastMs / 1000),
  ];
}

const RUNNING = {
  people: ['teahouse_people', 'People who have registered.'],
  upload_bytes: ['teahouse_upload_bytes', 'What is kept of uploads, in all.'],
  upload_files: ['teahouse_upload_files', 'How many files that are.'],
} as const;

function figureFamilies(
  numbers: readonly { name: string; value: number }[],
  today: readonly { name: string; value: number }[],
): Family[] {
  const running = new Map(numbers.map(({ name, value }) => [name, value]));
  return [
    ...Object.entries(RUNNING).map(([figure, [name, help]]) =>
      single(name, 'gauge', help, running.get(figure) ?? 0),
    ),
    byLabel(
      'teahouse_day_figure',
      'gauge',
      'What this day in Asia/Shanghai has been like until now, by figure.',
      'figure',
      DAY_FIGURES.map((figure) => [figure, today.find(({ name }) => name === figure)?.value ?? 0]),
    ),
  ];
}

/** How the books stood at the last whole look at them; no value before the first. */
function bookFamilies(check: LedgerCheck | undefined): Family[] {
  const ifAny = (name: string, help: string, value: (of: LedgerCheck) => number): Family => ({
    name,
    type: 'gauge',
    help,
    samples: check ? [{ value: value(check) }] : [],
  });
  return [
    ifAny(
      'teahouse_ledger_findings',
      'What is wrong in the books, by the last whole look.',
      (of) => of.problems,
    ),
    ifAny(
      'teahouse_ledger_checked_timestamp_seconds',
      'When that ended, since 1970.',
      (of) => (of.finishedAt ?? of.startedAt) / 1000,
    ),
  ];
}

/** All accounts together hold nothing: what people have is what the system's accounts lack. */
function moneyFamilies(accounts: readonly { account: string; balance: number }[]): Family[] {
  return [
    byLabel(
      'teahouse_ledger_balance_fen',
      'gauge',
      'What the accounts that belong to nobody hold: escrows, fees, what came in (below 0) and went out.',
      'account',
      accounts.map(({ account, balance }) => [account, balance]),
    ),
    single(
      'teahouse_wallets_fen',
      'gauge',
      'What people have in their wallets, all together.',
      accounts.reduce((sum, { balance }) => sum - balance, 0),
    ),
  ];
}

/** What the database tells of the server's state, in two round trips that cost the same however many people there are. */
export async function readStanding({
  db,
  clock,
  config,
}: Pick<Platform, 'db' | 'clock' | 'config'>): Promise<Family[]> {
  const now = clock.now();
  const check = await lastCheck(db);
  const found = await db.read({
    queues: waiting.map((queue) => queue.standing({ now })),
    accounts: systemBalances(),
    codes: codesSent({ since: chinaDayStart(now) }),
    last: readLast(),
    runs: runs(),
    running: runningNumbers(),
    today: ofDay({ day: chinaDay(now) }),
  });
  const queues = waiting.map(({ name }, i) => ({ name, ...found.queues[i]?.[0] }));
  return [
    byLabel(
      'teahouse_queue_waiting',
      'gauge',
      `What waits: for an operator, or to be sent. ${MOST} may be more.`,
      'queue',
      queues.map(({ name, waiting = 0 }) => [name, waiting]),
    ),
    byLabel(
      'teahouse_queue_oldest_seconds',
      'gauge',
      'How long the oldest has waited, or has been due; 0 where nothing waits.',
      'queue',
      queues.map(({ name, oldest = now }) => [name, (now - oldest) / 1000]),
    ),
    ...moneyFamilies(found.accounts),
    ...bookFamilies(check),
    single(
      'teahouse_sms_left',
      'gauge',
      'Codes that may still go out on this day (SMS_DAILY_TOTAL).',
      Math.max(0, config.SMS_DAILY_TOTAL - (found.codes[0]?.sent ?? 0)),
    ),
    single('teahouse_sms_limit', 'gauge', 'SMS_DAILY_TOTAL.', config.SMS_DAILY_TOTAL),
    ...jobFamilies(found.runs),
    ...figureFamilies(found.running, found.today),
    single(
      'teahouse_upload_limit_bytes',
      'gauge',
      'What one user may keep (UPLOAD_TOTAL_BYTES).',
      config.UPLOAD_TOTAL_BYTES,
    ),
    single(
      'teahouse_inbox_position',
      'gauge',
      'The newest event of the inbox: it grows by one for each row.',
      found.last[0]?.last ?? 0,
    ),
  ];
}
