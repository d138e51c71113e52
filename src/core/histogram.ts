/** Seconds of what somebody waits for. */
export const SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5] as const;

/** How many did something together. */
export const TOGETHER = [1, 2, 4, 8, 16, 32, 64] as const;

/** A part of a histogram as Prometheus has it. */
export interface HistogramSample {
  readonly suffix: '_bucket' | '_sum' | '_count';
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** How many values were at most as large as each bound, and their sum. */
export class Histogram {
  private readonly bounds: readonly number[];
  /** One more than there are bounds: the last is for all that is larger. Not added up. */
  readonly counts: Float64Array;
  private sum = 0;

  /** @param bounds ascending */
  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    const { bounds, counts } = this;
    let i = 0;
    while (i < bounds.length && value > (bounds[i] as number)) i += 1;
    counts[i] = (counts[i] as number) + 1;
    this.sum += value;
  }

  get total(): number {
    return this.counts.reduce((sum, count) => sum + count, 0);
  }

  /** The samples of a metric of type `histogram`. */
  samples(labels: Readonly<Record<string, string>> = {}): HistogramSample[] {
    let below = 0;
    const buckets = [...this.counts].map((count, i): HistogramSample => {
      below += count;
      const bound = this.bounds[i];
      const le = bound === undefined ? '+Inf' : String(bound);
      return { suffix: '_bucket', labels: { ...labels, le }, value: below };
    });
    return [
      ...buckets,
      { suffix: '_sum', labels, value: this.sum },
      { suffix: '_count', labels, value: below },
    ];
  }
}
