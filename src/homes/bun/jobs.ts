import { type Job, runJobs } from '../../jobs.ts';
import type { Platform } from '../../realtime/context.ts';

/**
 * Runs each job at its own pace until stopped. A job never overlaps itself: the next run is planned when the
 * last one has ended.
 */
export function startJobs(platform: Platform, jobs: readonly Job[]): { stop(): Promise<void> } {
  const timers = new Map<Job, ReturnType<typeof setTimeout>>();
  const running = new Set<Promise<unknown>>();
  let stopped = false;
  const plan = (job: Job) => {
    if (stopped) return;
    timers.set(
      job,
      setTimeout(() => {
        const run = runJobs(platform, [job]).finally(() => {
          running.delete(run);
          plan(job);
        });
        running.add(run);
      }, job.everySeconds * 1000),
    );
  };
  for (const job of jobs) plan(job);
  return {
    async stop() {
      stopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
      await Promise.allSettled(running);
    },
  };
}
