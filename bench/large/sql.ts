import type { Database } from 'bun:sqlite';
import { lowestIdAt } from '../../src/core/id-maker.ts';

export const DAY_MS = 24 * 3600 * 1000;
export const FIRST_PERSON = 100_000;
export const FIRST_GROUP = 10_000;
/** How far back everything reaches. */
const HISTORY_MS = 300 * DAY_MS;

/** What the rows of a large database are made of. */
export interface Size {
  readonly people: number;
  /** Epoch ms at which it ends. */
  readonly now: number;
}

/** SQL of a table `n` with the column `i`, from 0 to below `count`. */
export const upTo = (count: number): string =>
  `(WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${count - 1}) SELECT i FROM n) AS n`;

/** SQL of a person's number, another for each `i` and `salt`: scattered, and the same in every run. */
export const person = ({ people }: Size, i = 'i', salt = 1): string =>
  `(${FIRST_PERSON} + (${i} * 7919 + ${i} / 97 * ${104_729 * salt} + ${salt * 31_337}) % ${people})`;

/** SQL of the moment of the `i`th of `count` things that were spread over the history. */
export const momentOf = ({ now }: Size, count: number): string =>
  `(${now - HISTORY_MS} + i * ${HISTORY_MS} / ${count})`;

/** SQL of an id of that moment. */
export const idOf = (size: Size, count: number): string =>
  `(${lowestIdAt(0)} + ${momentOf(size, count)} * 4096 + i % 4096)`;

/** Inserts rows. @param from SQL behind SELECT */
export const fill = (database: Database, into: string, from: string): void =>
  void database.run(`INSERT INTO ${into} SELECT ${from}`);
