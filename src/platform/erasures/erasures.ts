/** An act that must not be undone by a restored backup: numbers and keys alone. */
export interface Erasure {
  readonly id: number;
  readonly kind: string;
  readonly key: string;
  readonly isUndone: number;
  readonly at: number;
}

/**
 * A copy of such acts outside of the database. Databases that were copied or restored from one another share a name
 * there (`of`). Ids rise.
 */
export interface Erasures {
  /** The newest act's id, 0 before the first. Undefined where nothing of that database is kept. */
  last(of: string): Promise<number | undefined>;
  /** Acts behind an id, in their order. */
  after(of: string, id: number): Promise<readonly Erasure[]>;
  /** Adds acts, or only the database where there are none. They are kept once it answers. Adding twice does no harm. */
  append(of: string, erasures: readonly Erasure[]): Promise<void>;
  /** The database whose act was written last; undefined before the first. */
  newest(): Promise<string | undefined>;
}

/** In memory: for a database that is there as well. */
export function memoryErasures(): Erasures {
  const told = new Map<string, Erasure[]>();
  return {
    last: async (of) => told.get(of)?.reduce((most, { id }) => Math.max(most, id), 0),
    after: async (of, id) => (told.get(of) ?? []).filter((one) => one.id > id),
    append: async (of, erasures) => void told.set(of, [...(told.get(of) ?? []), ...erasures]),
    newest: async () => [...told.keys()].at(-1),
  };
}

/** Each act once, in their order. */
export const inOrder = (erasures: readonly Erasure[]): Erasure[] =>
  [...new Map(erasures.map((one) => [one.id, one])).values()].sort((a, b) => a.id - b.id);
