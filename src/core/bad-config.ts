import { Problem } from './problem.ts';

/** Thrown when the settings cannot be used; `problems` names each and says what it should be. */
export class BadConfig extends Problem {
  override readonly name = 'BadConfig';
  readonly problems: readonly string[];
  constructor(problems: readonly string[], options?: ErrorOptions) {
    const [only, ...others] = problems;
    super(
      only !== undefined && others.length === 0
        ? only
        : `These settings cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
      options,
    );
    this.problems = problems;
  }
}
