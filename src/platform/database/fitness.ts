import type { Executor } from './executor.ts';
import { type Standing, schemaStanding } from './standing.ts';

/** What only this machine can see of where data lies; a remote database's own is somebody else's to watch. */
export interface Place {
  /** Why nothing should be written there, in a word for an operator; undefined where it may. */
  problem(): string | undefined;
}

export const anywhere: Place = { problem: () => undefined };

/** Why a server should not be used, for an operator: a word, and what it is about. */
export interface Unfit {
  readonly status: string;
  readonly [detail: string]: string | readonly string[];
}

/** Whether the database is one that this program may serve from. */
export interface Fitness {
  /** Undefined where it is. Throws what the database throws when it is away. */
  problem(): Promise<Unfit | undefined>;
}

/** The word for each way in which a schema is not this program's. */
export function unfitness(standing: Standing): Unfit | undefined {
  switch (standing.state) {
    case 'ours':
      return undefined;
    case 'empty':
    case 'older':
      return { status: 'not migrated' };
    case 'newer':
      return { status: 'newer schema', migrations: standing.migrations };
    case 'incomplete':
      return { status: 'schema incomplete', missing: standing.missing };
  }
}

/** @param accepted migrations of a newer version that do not matter */
export const createFitness = (
  database: Pick<Executor, 'read'>,
  place: Place,
  accepted: readonly string[],
): Fitness => ({
  async problem() {
    const status = place.problem();
    if (status !== undefined) return { status };
    return unfitness(await schemaStanding(database, accepted));
  },
});
