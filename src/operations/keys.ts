import { LIST_SIZE } from '../core/operator-page.ts';
import type { Found } from '../platform/database/search.ts';
import type { Page } from './operation.ts';
import { Refused } from './refused.ts';

/** What orders a row of a list: the next page begins behind it. */
export type Key = readonly (number | string)[];

const textOf = (key: Key): string => Buffer.from(JSON.stringify(key)).toString('base64url');

/**
 * The key behind which a page begins; undefined for the first.
 * @param kinds what its parts are
 */
export function keyOf(after: string | undefined, kinds: readonly ('number' | 'string')[]): Key | undefined {
  if (after === undefined) return undefined;
  try {
    const key: unknown = JSON.parse(Buffer.from(after, 'base64url').toString());
    const fits = (part: unknown, i: number) =>
      typeof part === kinds[i] && (typeof part !== 'number' || Number.isSafeInteger(part));
    if (Array.isArray(key) && key.length === kinds.length && key.every(fits)) return key as Key;
  } catch {
    // It is none of ours.
  }
  throw new Refused('INVALID_PARAMETER', 'A page begins after the "next" of the page before.', 'after');
}

/** A page of what was found: `LIST_SIZE` rows at most. */
export function pageOf<One, Row>(
  found: readonly One[],
  total: number | undefined,
  show: (row: One) => Row,
  key: (row: One) => Key,
): Page<Row> {
  const last = found.length < LIST_SIZE ? undefined : found.at(-1);
  return { rows: found.map(show), total: total ?? 0, next: last ? textOf(key(last)) : null };
}

/** A page of a search, whose next page may begin behind a short one. */
export const searched = <One, Row>(
  { rows, total, next }: Found<One>,
  show: (row: One) => Row,
): Page<Row> => ({
  rows: rows.map(show),
  total,
  next: next === undefined ? null : textOf([next]),
});
