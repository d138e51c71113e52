import { Histogram, SECONDS } from '../../core/histogram.ts';
import { type Family, labelText, type Sample } from './exposition.ts';

/** Series kept at most. Paths and codes are declared in the program, so it never comes near. */
const MOST_SERIES = 5000;
const REST = 'other';

/** The daily figure of the calls that took at most this long; without a bound, of the longer ones. */
export const withinName = (seconds: number | undefined): string =>
  seconds === undefined ? 'calls_longer' : `calls_within_${seconds * 1000}ms`;
const NAMES = [...SECONDS.map(withinName), withinName(undefined)];

/** What is no call has a name without a slash: files, pages. */
const isCall = (path: string) => path.startsWith('/');

const texts = new WeakMap<Histogram, readonly string[]>();

/** The samples of one series, whose labels are written once: there are some thousands at each scrape. */
function written(histogram: Histogram, path: string, code: string): Sample[] {
  const samples = histogram.samples({ path, code });
  const known = texts.get(histogram) ?? samples.map(({ labels }) => labelText(labels));
  texts.set(histogram, known);
  return samples.map((sample, i) => ({ ...sample, labels: known[i] ?? '' }));
}

/** How many calls there were and how long they took, by path and code. */
export class CallMeter {
  private readonly byPath = new Map<string, Map<string, Histogram>>();
  private readonly failures = new Map<string, number>();
  private size = 0;
  /** What `take` has handed out. */
  private taken = new Map<string, number>();

  /**
   * @param path as its endpoint declares it: never a stranger's text
   * @param code of the envelope
   */
  observe(path: string, code: string, seconds: number): void {
    const known = this.byPath.get(path)?.get(code) ?? this.open(path, code);
    known.observe(seconds);
  }

  /** The call was our fault. */
  failed(path: string): void {
    this.failures.set(path, (this.failures.get(path) ?? 0) + 1);
  }

  private open(path: string, code: string): Histogram {
    if (this.size >= MOST_SERIES && path !== REST)
      return this.byPath.get(REST)?.get(REST) ?? this.open(REST, REST);
    const codes = this.byPath.get(path) ?? new Map<string, Histogram>();
    this.byPath.set(path, codes);
    const made = new Histogram(SECONDS);
    codes.set(code, made);
    this.size += 1;
    return made;
  }

  families(): Family[] {
    const samples = [...this.byPath].flatMap(([path, codes]) =>
      [...codes].flatMap(([code, histogram]) => written(histogram, path, code)),
    );
    return [
      {
        name: 'teahouse_call_duration_seconds',
        type: 'histogram',
        help: 'Calls by the path of their endpoint and the code of the answer.',
        samples,
      },
      {
        name: 'teahouse_call_failures_total',
        type: 'counter',
        help: 'Calls that ended with a fault of the server, by path.',
        samples: [...this.failures].map(([path, value]) => ({ labels: { path }, value })),
      },
    ];
  }

  /** Every call since the start, as figures by name. */
  private all(): Map<string, number> {
    const sums = new Map<string, number>();
    const add = (name: string, value: number) => sums.set(name, (sums.get(name) ?? 0) + value);
    for (const [path, codes] of this.byPath) {
      if (!isCall(path)) continue;
      for (const { counts } of codes.values())
        counts.forEach((count, i) => {
          add('calls', count);
          add(NAMES[i] ?? '', count);
        });
    }
    for (const failures of this.failures.values()) add('failed_calls', failures);
    return sums;
  }

  /** The calls since the last time, as daily figures: how many, how many failed, and within what time they ended. */
  take(): ReadonlyMap<string, number> {
    const all = this.all();
    const news = new Map<string, number>();
    for (const [name, value] of all) {
      const more = value - (this.taken.get(name) ?? 0);
      if (more > 0) news.set(name, more);
    }
    this.taken = all;
    return news;
  }

  /** What was taken could not be kept: the next time it is among the news. */
  giveBack(taken: ReadonlyMap<string, number>): void {
    for (const [name, value] of taken) this.taken.set(name, (this.taken.get(name) ?? 0) - value);
  }
}
