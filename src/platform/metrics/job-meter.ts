/** How a job has fared since somebody took it down: when its last run ended (epoch ms) and how long that took. */
export interface JobRuns {
  readonly at: number;
  readonly ms: number;
  readonly runs: number;
  readonly failures: number;
}

/** Runs of jobs, by name. */
export class JobMeter {
  private readonly byName = new Map<string, JobRuns>();

  ran(name: string, at: number, ms: number, isFailed: boolean): void {
    this.add(name, { at, ms: Math.round(ms), runs: 1, failures: isFailed ? 1 : 0 });
  }

  private add(name: string, { at, ms, runs, failures }: JobRuns): void {
    const before = this.byName.get(name);
    this.byName.set(name, {
      at: Math.max(at, before?.at ?? 0),
      ms,
      runs: runs + (before?.runs ?? 0),
      failures: failures + (before?.failures ?? 0),
    });
  }

  /** What has come since the last time. */
  take(): ReadonlyMap<string, JobRuns> {
    const taken = new Map(this.byName);
    this.byName.clear();
    return taken;
  }

  /** What was taken could not be kept. */
  giveBack(taken: ReadonlyMap<string, JobRuns>): void {
    for (const [name, runs] of taken) this.add(name, { ...runs, ms: this.byName.get(name)?.ms ?? runs.ms });
  }
}
