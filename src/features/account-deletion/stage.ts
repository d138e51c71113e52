import { type SQL, sql } from 'drizzle-orm';
import type { deletions } from '../../../db/schema/deletions.ts';
import type { UserId } from '../../core/ids.ts';
import { p, prepareChange, prepareRead, type Query } from '../../platform/database/query.ts';
import type { Acting, Platform } from '../../realtime/context.ts';

/** What people are called whose accounts are deleted. */
export const NOBODY = '已注销用户';

/** An account that is being erased, and how far that has come. */
export type Standing = Pick<typeof deletions.$inferSelect, 'userId' | 'step' | 'plan' | 'cursor'>;

/** Where the job goes on: at a row of the same stage, there but not before a time (epoch ms), or at the next stage. */
export type Next = { readonly cursor: number; readonly notBefore?: number } | 'done';

/**
 * A part of erasing an account. Each call is one bounded step, which may have been taken already: whoever dies between
 * a step and the note of it takes it once more.
 */
export type Stage = (platform: Platform, standing: Standing) => Promise<Next>;

/** By the person whose account it is. */
export const inTheNameOf = ({ clock, ids, random }: Platform, userId: UserId): Acting => ({
  clock,
  ids,
  random,
  caller: { userId },
});

/** Rows that one statement deletes. */
const TOGETHER = 500;
/** Rows that one step looks at, where no index tells whose they are. */
const PAGE = sql.raw('4000');

type Whose = { readonly user: UserId };
type Page = Whose & { readonly cursor: number; readonly last: number };

/** A stage that deletes rows that an index finds. @param rows `table WHERE condition`; value: `user` */
export function deletingFound(table: SQL, condition: SQL): Stage {
  const some = prepareChange<Whose>(
    sql`DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${table} WHERE ${condition} LIMIT ${sql.raw(String(TOGETHER))})`,
  );
  return async ({ db }, { userId, cursor }) =>
    (await db.write(some({ user: userId }))) < TOGETHER ? 'done' : { cursor };
}

/** Condition: the row is one of the page. Values: `cursor`, `last`. */
export const inPage = sql`rowid > ${p('cursor')} AND rowid <= ${p('last')}`;

/** A stage that goes through all rows of a table, because no index tells whose they are. */
export function walkingThrough(table: SQL, changes: readonly SQL[]): Stage {
  const end = prepareRead<{ readonly cursor: number }, { last: number | null }>(
    sql`SELECT MAX(rowid) FROM (SELECT rowid FROM ${table} WHERE rowid > ${p('cursor')} ORDER BY rowid LIMIT ${PAGE})`,
    ['last'],
  );
  const prepared = changes.map((change) => prepareChange<Page>(change));
  return async ({ db }, { userId, cursor }) => {
    const [{ last = null } = {}] = await db.read(end({ cursor }));
    if (last === null) return 'done';
    const queries: Query<number>[] = prepared.map((change) => change({ user: userId, cursor, last }));
    await db.write({ changed: queries });
    return { cursor: last };
  };
}
