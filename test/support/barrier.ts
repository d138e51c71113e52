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

/** An executor one of whose writes can be held at its door, so that a test says in which order writes happen. */
export interface Door {
  readonly executor: Executor;
  /** Shuts the door, behind as many more writes as are told; answers when a write stands before it. */
  shut(behind?: number): Promise<void>;
  /** Lets the write in. */
  open(): void;
}

export function door(inner: Executor): Door {
  let arrived: (() => void) | undefined;
  let passing = 0;
  let go: (() => void) | undefined;
  return {
    shut: (behind = 0) =>
      new Promise((resolve) => {
        arrived = resolve;
        passing = behind;
      }),
    open: () => go?.(),
    executor: {
      read: (statements) => inner.read(statements),
      async write(statements) {
        const tell = arrived;
        if (tell && passing > 0) passing -= 1;
        else if (tell) {
          arrived = undefined;
          const letIn = new Promise<void>((resolve) => {
            go = resolve;
          });
          tell();
          await letIn;
        }
        return inner.write(statements);
      },
      script: (statements) => inner.script(statements),
      close: () => inner.close(),
    },
  };
}
