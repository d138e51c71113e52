import type { Clock } from '../../core/clock.ts';
import { type Ids, lowestIdAt } from '../../core/id-maker.ts';
import type { LedgerCheckId } from '../../core/ids.ts';
import { type Allowance, inSlices } from '../../core/in-slices.ts';
import type { Log } from '../../core/log.ts';
import type { Db } from '../../platform/database/db.ts';
import { renamedIfTaken } from '../../platform/database/mark.ts';
import type { Finding, Look } from '../reconcile.ts';
import { stepAccounts, stepEscrows } from './accounts.ts';
import { stepBills } from './bills.ts';
import { stepJournals } from './journals.ts';
import { firstStep, type Progress, type Stepped } from './progress.ts';
import { type LedgerCheck, noteStep, runningCheck, startCheck } from './rows.ts';

/** What a check needs. */
export interface Checking {
  readonly db: Db;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

/** After so long nothing is under way any more that had its number before. */
const SETTLED_MS = 10 * 60_000;
/** Findings kept of a check; a broken database has as many as it has rows. */
const SHOWN = 20;

/**
 * Begins a check of all books, unless one goes on.
 * @param since and unless one has begun since then, epoch ms
 */
export async function beginCheck(
  { db, clock, ids }: Checking,
  askedBy: string,
  since: number,
): Promise<boolean> {
  const startedAt = clock.now();
  const progress = JSON.stringify(firstStep(Math.max(0, lowestIdAt(startedAt - SETTLED_MS))));
  const begin = () =>
    db.write(startCheck({ id: ids.next<LedgerCheckId>(), startedAt, askedBy, progress, since }));
  return (await renamedIfTaken(begin)) > 0;
}

function progressOf({ progress, startedAt }: LedgerCheck): Progress {
  const found: Progress = JSON.parse(progress); // as a check has written it
  return found.version === 1 ? found : firstStep(Math.max(0, lowestIdAt(startedAt - SETTLED_MS)));
}

function take(db: Db, progress: Progress, escrows: Look): Promise<Stepped> {
  switch (progress.stage) {
    case 'journals':
      return stepJournals(db, progress);
    case 'bills':
      return stepBills(db, progress);
    case 'accounts':
      return stepAccounts(db, progress);
    case 'escrows':
      return stepEscrows(db, progress, escrows);
  }
}

/** One step of the check that goes on. @returns whether there may be another */
async function step({ db, clock, log }: Checking, escrows: Look): Promise<boolean> {
  const check = await runningCheck(db);
  if (!check) return false;
  const { next, findings, journals = 0, bills = 0 } = await take(db, progressOf(check), escrows);
  const known: Finding[] = JSON.parse(check.findings); // as below
  const problems = check.problems + findings.length;
  const shown = [...known, ...findings].slice(0, SHOWN);
  const noted = await db.write(
    noteStep({
      id: check.id,
      steps: check.steps,
      finishedAt: next ? null : clock.now(),
      progress: JSON.stringify(next ?? {}),
      ok: problems === 0 ? 1 : 0,
      problems,
      findings: JSON.stringify(shown),
      journals: check.journals + journals,
      bills: check.bills + bills,
    }),
  );
  if (noted === 0) return false;
  const told = { check: check.id, journals: check.journals + journals, bills: check.bills + bills };
  if (!next && problems === 0) log.info('the books balance', told);
  if (!next && problems > 0)
    log.error('the books do not balance', { ...told, problems, first: shown[0]?.detail ?? '' });
  return next !== undefined;
}

/** Goes on with a check, step by step, as far as the allowance goes. @returns how many steps it took */
export async function goOn(home: Checking, escrows: Look, allowance?: Allowance): Promise<number> {
  let steps = 0;
  const one = async () => {
    const isMore = await step(home, escrows);
    steps += 1;
    return isMore;
  };
  await inSlices(home.clock, one, { trips: 4, allowance });
  return steps;
}
