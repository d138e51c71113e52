import { type SQL, sql } from 'drizzle-orm';
import { erasures } from '../../../db/schema/erasures.ts';
import { type NoMore, type Prepared, p, prepareChange, type Values } from '../../platform/database/query.ts';

/**
 * What must never come back with a backup. Takedowns, bans and deletions are noted by triggers; what has none, by the
 * statement below.
 */
export const ERASURE_KINDS = ['takedown', 'person', 'ban', 'account'] as const;
export type ErasureKind = (typeof ERASURE_KINDS)[number];

/** What the statement that notes something wants; its names are its own among a batch's values. */
export type ErasureValues = {
  readonly erasure_kind: ErasureKind;
  /** A number, with its subject before it where it needs one; never a word of anybody's. */
  readonly erasure_key: string;
  readonly erasure_at: number;
};

/**
 * Prepares the statement that notes an act, for its own batch: so none is ever forgotten, and a job copies it out of
 * the database within a second.
 * @param mark SQL that holds when the batch did it
 */
export const prepareNoteErasure = <Wanted extends Values = NoMore>(
  mark: SQL,
): Prepared<number, ErasureValues & Wanted> =>
  prepareChange<ErasureValues & Wanted>(
    sql`INSERT INTO ${erasures} (kind, key, at)
      SELECT ${p('erasure_kind')}, ${p('erasure_key')}, ${p('erasure_at')} WHERE ${mark}`,
  );
