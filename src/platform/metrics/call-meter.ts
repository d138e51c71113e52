import { Histogram, SECONDS } from '../../core/histogram.ts';
import type { Family } from './exposition.ts';

/** Series kept at most. Paths and codes are declared in the program, so it never comes near. */
const MOST_SERIES = 5000;
const REST = 'other';

/** How many calls there were and how long they took, by path and code. */
export class CallMeter {
  private readonly byPath = new Map<string, Map<string, Histogram>>();
  private size = 0;

  /**
   * @param path as its endpoint declares it: never a stranger's text
   * @param code of the envelope
   */
  observe(path: string, code: string, seconds: number): void {
    const known = this.byPath.get(path)?.get(code) ?? this.open(path, code);
    known.observe(seconds);
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
      [...codes].flatMap(([code, histogram]) => histogram.samples({ path, code })),
    );
    return [
      {
        name: 'teahouse_call_duration_seconds',
        type: 'histogram',
        help: 'Calls by the path of their endpoint and the code of the answer.',
        samples,
      },
    ];
  }
}
