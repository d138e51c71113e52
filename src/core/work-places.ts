interface Waiting {
  readonly owner: number;
  start(): void;
}

/**
 * A few places for heavy work. An owner holds one at a time, so that nobody holds all; whoever waited longest
 * and holds none comes next.
 */
export class Places {
  readonly #count: number;
  readonly #owners = new Set<number>();
  #waiting: Waiting[] = [];

  constructor(count: number) {
    this.#count = count;
  }

  /**
   * Does the work when there is a place for its owner. Undefined when that is not done within `ms`: nobody
   * waits any longer then, but work that has begun and cannot be stopped keeps its place until it ends. Undefined
   * also when the work fails.
   */
  run<Result>(owner: number, ms: number, work: () => Promise<Result>): Promise<Result | undefined> {
    return new Promise((resolve) => {
      const waiting: Waiting = {
        owner,
        start: () => {
          this.#owners.add(owner);
          const end = (result?: Result) => {
            clearTimeout(deadline);
            this.#owners.delete(owner);
            this.#next();
            resolve(result);
          };
          work().then(end, () => end());
        },
      };
      const deadline = setTimeout(() => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        resolve(undefined);
      }, ms);
      this.#waiting.push(waiting);
      this.#next();
    });
  }

  #next(): void {
    if (this.#owners.size >= this.#count) return;
    const next = this.#waiting.findIndex(({ owner }) => !this.#owners.has(owner));
    const [first] = next < 0 ? [] : this.#waiting.splice(next, 1);
    first?.start();
  }
}
