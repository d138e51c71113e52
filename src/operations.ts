import { knowOperations } from './operations/approvals/known.ts';
import type { Operation } from './operations/operation.ts';
import * as subjects from './operations.generated.ts';

/** A subject's folder declares its operations in `operations.ts`, which exports nothing else. */
type OfSubject = Readonly<Record<string, Operation>>;

/** Every operation: those of one subject together, in the order of their names. */
export const operations: readonly Operation[] = Object.values(
  subjects satisfies Readonly<Record<string, OfSubject>>,
)
  .flatMap((subject) => Object.values<Operation>(subject))
  .sort((a, b) => (a.name < b.name ? -1 : 1));

knowOperations(operations);
