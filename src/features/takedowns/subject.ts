import type { Prepared, Query } from '../../platform/database/query.ts';
import type { Found } from './kinds.ts';
import type { ReturnValues, StepValues } from './values.ts';

type Step<Wanted> = (values: Wanted) => Query<number> | readonly Query<number>[];

/** How one kind of content goes and comes back. */
export interface Takable {
  readonly find: Prepared<Found[], { readonly item: number }>;
  /** The first statement, with the condition: `prepareTake`. */
  readonly take: Step<StepValues>;
  readonly steps: readonly Step<StepValues>[];
  /** The event that apps hear, where there is one. */
  readonly event?: number;
  /** The first statement of its return, with the condition: `prepareRestore`. */
  readonly restore: Step<ReturnValues>;
  readonly returns: readonly Step<ReturnValues>[];
}
