import packageFile from '../../../package.json' with { type: 'json' };
import { CallMeter } from './call-meter.ts';
import { DatabaseMeter } from './database-meter.ts';
import type { Family } from './exposition.ts';
import { JobMeter } from './job-meter.ts';

/**
 * What a process counts about itself. A registry of our own, of a hundred lines: the calls of an endpoint differ by
 * path and code, which `prom-client` hashes at each call. That takes about thirty times as long as the two maps here,
 * more than a hundredth of a short call. OpenTelemetry's exporter for Prometheus opens a port with `node:http`, which
 * a Worker has not.
 */
export interface Metrics {
  /** Milliseconds with their fraction, from any beginning, which never go back. */
  now(): number;
  readonly calls: CallMeter;
  readonly database: DatabaseMeter;
  readonly jobs: JobMeter;
  /** Adds what only the home can tell; asked at each scrape. */
  add(collect: () => readonly Family[]): void;
  /** Everything that this process knows of itself. */
  families(): readonly Family[];
}

/** The version that runs, and where. */
const buildInfo = (home: string): Family => ({
  name: 'teahouse_build_info',
  type: 'gauge',
  help: 'Always 1: the version that runs, and its home.',
  samples: [{ labels: { version: packageFile.version, home }, value: 1 }],
});

/**
 * @param home `bun`: one process, which counts for itself. `worker`: one isolate of many, whose counts would mean
 *   nothing, since each scrape meets another one
 * @param now the system's stopwatch unless a test holds it
 */
export function createMetrics(home: 'bun' | 'worker', now: () => number = () => performance.now()): Metrics {
  const calls = new CallMeter();
  const database = new DatabaseMeter(now);
  const more: (() => readonly Family[])[] = [];
  return {
    now,
    calls,
    database,
    jobs: new JobMeter(),
    add: (collect) => void more.push(collect),
    families: () => [
      buildInfo(home),
      ...(home === 'bun' ? [...calls.families(), ...database.families()] : []),
      ...more.flatMap((collect) => collect()),
    ],
  };
}
