import { DatabaseUnavailable, OutcomeUnknown } from './executor.ts';

/** What one call has asked of the database. */
export interface DbUse {
  /** Round trips. */
  count: number;
  /** Milliseconds that their answers took, added up: what ran side by side counts twice. */
  ms: number;
  /** When the first was sent and the last was answered, by the stopwatch. */
  from: number;
  until: number;
}

type Kind = 'read' | 'write';

/** Takes down round trips. */
export interface Gauge {
  /** Milliseconds by a stopwatch. */
  now(): number;
  took(kind: Kind, ms: number): void;
  failed(kind: Kind): void;
}

export const unused = (): DbUse => ({ count: 0, ms: 0, from: 0, until: 0 });

const isAway = (error: unknown) => error instanceof DatabaseUnavailable || error instanceof OutcomeUnknown;

/** The same round trips, taken down. @param use where they are added up, too */
export const measuring =
  <Asked, Answer>(
    run: (asked: Asked) => Promise<Answer>,
    kind: Kind,
    gauge: Gauge,
    use: DbUse | undefined,
  ): ((asked: Asked) => Promise<Answer>) =>
  (asked) => {
    const began = gauge.now();
    const note = () => {
      const ended = gauge.now();
      gauge.took(kind, ended - began);
      if (!use) return;
      if (use.count === 0) use.from = began;
      use.count += 1;
      use.ms += ended - began;
      use.until = ended;
    };
    return run(asked).then(
      (answer) => {
        note();
        return answer;
      },
      (error: unknown) => {
        note();
        if (isAway(error)) gauge.failed(kind);
        throw error;
      },
    );
  };
