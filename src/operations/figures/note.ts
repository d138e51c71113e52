import { sql } from 'drizzle-orm';
import { dailyFigures, jobRuns } from '../../../db/schema/figures.ts';
import { chinaDay } from '../../core/china-time.ts';
import { OutcomeUnknown } from '../../platform/database/executor.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';

const addFigure = prepareChange<{ day: number; figure: string; value: number }>(
  sql`INSERT INTO ${dailyFigures} (day, name, value) VALUES (${p('day')}, ${p('figure')}, ${p('value')})
    ON CONFLICT (day, name) DO UPDATE SET value = value + excluded.value`,
);
const addRuns = prepareChange<{ job: string; at: number; ms: number; runs: number; failures: number }>(
  sql`INSERT INTO ${jobRuns} (name, last_at, last_ms, runs, failures)
    VALUES (${p('job')}, ${p('at')}, ${p('ms')}, ${p('runs')}, ${p('failures')})
    ON CONFLICT (name) DO UPDATE SET last_at = MAX(last_at, excluded.last_at), last_ms = excluded.last_ms,
      runs = runs + excluded.runs, failures = failures + excluded.failures`,
);

/**
 * Adds what this process has counted since the last time to what all have: calls, and runs of jobs. What it had no time
 * to note is lost when a process ends without warning, or Cloudflare lets an isolate go: a minute's.
 */
export async function noteOwn({
  db,
  clock,
  metrics,
}: Pick<Platform, 'db' | 'clock' | 'metrics'>): Promise<void> {
  const [calls, runs] = [metrics.calls.take(), metrics.jobs.take()];
  if (calls.size === 0 && runs.size === 0) return;
  const day = chinaDay(clock.now());
  try {
    await db.write({
      calls: [...calls].map(([figure, value]) => addFigure({ day, figure, value })),
      runs: [...runs].map(([job, run]) => addRuns({ job, ...run })),
    });
  } catch (error) {
    // Rather too few than twice.
    if (!(error instanceof OutcomeUnknown)) {
      metrics.calls.giveBack(calls);
      metrics.jobs.giveBack(runs);
    }
    throw error;
  }
}
