import { Histogram, SECONDS } from '../../core/histogram.ts';
import type { Family } from './exposition.ts';

/** A `Gauge` of round trips to the database: how many, how long, how many failed. A refusal by a constraint is no failure. */
export class DatabaseMeter {
  private readonly read = new Histogram(SECONDS);
  private readonly write = new Histogram(SECONDS);
  private readonly failures = { read: 0, write: 0 };
  readonly now: () => number;

  /** @param now milliseconds by a stopwatch */
  constructor(now: () => number) {
    this.now = now;
  }

  took(kind: 'read' | 'write', ms: number): void {
    this[kind].observe(ms / 1000);
  }

  failed(kind: 'read' | 'write'): void {
    this.failures[kind] += 1;
  }

  families(): Family[] {
    return [
      {
        name: 'teahouse_database_duration_seconds',
        type: 'histogram',
        help: 'Round trips to the database, their wait for earlier ones included.',
        samples: [...this.read.samples({ kind: 'read' }), ...this.write.samples({ kind: 'write' })],
      },
      {
        name: 'teahouse_database_failures_total',
        type: 'counter',
        help: 'Round trips that failed because the database was away, too slow or full.',
        samples: [
          { labels: { kind: 'read' }, value: this.failures.read },
          { labels: { kind: 'write' }, value: this.failures.write },
        ],
      },
    ];
  }
}
