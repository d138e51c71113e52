import type { Executor } from '../../src/platform/database/executor.ts';

/** An executor whose writes can be made to meet: none of them begins before all have read what they read. */
export interface Meeting {
  readonly executor: Executor;
  /** Holds the next `count` writes back until the last of them has come, then lets them go, the last one first. */
  hold(count: number): void;
}

export function meeting(inner: Executor): Meeting {
  let expected = 0;
  let waiting: (() => void)[] = [];
  const arrive = () =>
    new Promise<void>((go) => {
      waiting.push(go);
      if (waiting.length < expected) return;
      const all = waiting.reverse();
      waiting = [];
      expected = 0;
      for (const each of all) each();
    });
  return {
    hold(count) {
      expected = count;
    },
    executor: {
      read: (statements) => inner.read(statements),
      async write(statements) {
        if (expected > 0) await arrive();
        return inner.write(statements);
      },
      script: (statements) => inner.script(statements),
      close: () => inner.close(),
    },
  };
}
