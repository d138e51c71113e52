import type { ActOperation, Operation } from '../operation.ts';

let known: ReadonlyMap<string, ActOperation> = new Map();

/** Tells of all operations: `src/operations.ts` does, once. A request names its operation, which no subject may import. */
export function knowOperations(operations: readonly Operation[]): void {
  known = new Map(
    operations.flatMap((operation) => (operation.kind === 'act' ? [[operation.name, operation]] : [])),
  );
}

/** The operation of a request that waits; undefined where this version has none of that name. */
export function waitingOperation(name: string): ActOperation | undefined {
  const found = known.get(name);
  return found?.twoEyes ? found : undefined;
}
