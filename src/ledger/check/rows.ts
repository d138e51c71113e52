import { sql } from 'drizzle-orm';
import { ledgerChecks } from '../../../db/schema/ledger.ts';
import type { LedgerCheckId } from '../../core/ids.ts';
import { LIST_SIZE } from '../../core/operator-page.ts';
import type { Db } from '../../platform/database/db.ts';
import { orTaken, rowOf } from '../../platform/database/mark.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import { prepareSweep, type Sweep } from '../../platform/database/sweep.ts';

/** A check of the books as it stands in its row. Times are epoch ms. */
export type LedgerCheck = {
  readonly id: LedgerCheckId;
  readonly startedAt: number;
  /** Null while it goes on. */
  readonly finishedAt: number | null;
  readonly askedBy: string;
  readonly progress: string;
  readonly steps: number;
  readonly ok: number;
  readonly problems: number;
  readonly findings: string;
  readonly journals: number;
  readonly bills: number;
};
const COLUMNS = [
  'id',
  'startedAt',
  'finishedAt',
  'askedBy',
  'progress',
  'steps',
  'ok',
  'problems',
  'findings',
  'journals',
  'bills',
] as const;
const columns = sql.raw(
  'id, started_at, finished_at, asked_by, progress, steps, ok, problems, findings, journals, bills',
);

const isRunning = sql`EXISTS (SELECT 1 FROM ${ledgerChecks} WHERE finished_at IS NULL)`;
type New = Pick<LedgerCheck, 'id' | 'startedAt' | 'askedBy' | 'progress'> & { readonly since: number };
/** Nothing where one goes on, or another has begun since. */
export const startCheck = prepareChange<New>(
  sql`INSERT INTO ${ledgerChecks} (id, started_at, asked_by, progress)
    SELECT ${p('id')}, ${p('startedAt')}, ${p('askedBy')}, ${p('progress')} WHERE ${orTaken(
      sql`NOT ${isRunning} AND NOT EXISTS (SELECT 1 FROM ${ledgerChecks} WHERE started_at >= ${p('since')})`,
      rowOf(ledgerChecks, 'id'),
    )}`,
);

type Step = Omit<LedgerCheck, 'startedAt' | 'askedBy'>;
/** Notes a step. Of two who have taken it at once, one notes it. */
export const noteStep = prepareChange<Step>(
  sql`UPDATE ${ledgerChecks} SET finished_at = ${p('finishedAt')}, progress = ${p('progress')}, steps = steps + 1,
      ok = ${p('ok')}, problems = ${p('problems')}, findings = ${p('findings')}, journals = ${p('journals')}, bills = ${p('bills')}
    WHERE id = ${p('id')} AND steps = ${p('steps')} AND finished_at IS NULL`,
);

const running = prepareRead<void, LedgerCheck>(
  sql`SELECT ${columns} FROM ${ledgerChecks} WHERE finished_at IS NULL ORDER BY started_at LIMIT 1`,
  COLUMNS,
);
/** The check that goes on; undefined where none does. */
export const runningCheck = async (db: Db): Promise<LedgerCheck | undefined> => (await db.read(running()))[0];

const newest = prepareRead<void, LedgerCheck>(
  sql`SELECT ${columns} FROM ${ledgerChecks} WHERE finished_at IS NOT NULL ORDER BY started_at DESC LIMIT 1`,
  COLUMNS,
);
/**
 * The newest check that is complete: when, whether the books balance, and how many problems there are. For whoever
 * raises an alarm; undefined where there was none yet.
 */
export const lastCheck = async (db: Db): Promise<LedgerCheck | undefined> => (await db.read(newest()))[0];

const begun = prepareRead<void, LedgerCheck>(
  sql`SELECT ${columns} FROM ${ledgerChecks} ORDER BY started_at DESC LIMIT 1`,
  COLUMNS,
);
/** The newest that has begun, complete or not. */
export const newestCheck = async (db: Db): Promise<LedgerCheck | undefined> => (await db.read(begun()))[0];

const page = prepareRead<{ before: number }, LedgerCheck>(
  sql`SELECT ${columns} FROM ${ledgerChecks} WHERE started_at < ${p('before')}
    ORDER BY started_at DESC LIMIT ${sql.raw(String(LIST_SIZE))}`,
  COLUMNS,
);
const count = prepareRead<void, { total: number }>(sql`SELECT count(*) FROM ${ledgerChecks}`, ['total']);
/** A page of checks, newest first, and how many there are. */
export async function checksPage(db: Db, before: number) {
  const { rows, total } = await db.read({ rows: page({ before }), total: count() });
  return { rows, total: total[0]?.total ?? 0 };
}

const KEPT_MS = 366 * 24 * 3600 * 1000;
const sweep = prepareSweep(ledgerChecks, ledgerChecks.startedAt);
/** Forgets checks of more than a year ago. */
export const sweepChecks: Sweep = (now, limit) => sweep({ before: now - KEPT_MS, limit });
