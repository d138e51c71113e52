import { type SQL, sql } from 'drizzle-orm';
import { moments } from '../../../db/schema/moments.ts';
import { users } from '../../../db/schema/users.ts';
import type { MomentId, UserId } from '../../core/ids.ts';
import { p, prepareRead, type Values } from '../../platform/database/query.ts';
import { type MomentRow, momentColumns, momentKeys } from './columns.ts';
import { authorsOpenTo, isMeantFor, isOpenTo, maySee } from './visibility.ts';

const me = p('me');

/** How far back the timeline goes; older moments are found by month and by author (docs/architecture/moments.md). */
export const TIMELINE_DEPTH = 1000;

/** A row of a list. The total is in every row; a page without moments is one row whose moment is all null. */
export type ListRow = { total: number } & (MomentRow | { [Key in keyof MomentRow]: null });

/**
 * A page of moments of some authors, newest first, with the count of the whole list, in one statement.
 * @param authors `SELECT … AS author_id`: authors whose moments are open to `me`
 * @param page `SELECT … AS id`: the page's moments
 * @param counted the whole list; its rows are counted
 */
const prepareList = <Wanted extends Values>(authors: SQL, page: SQL, counted: SQL) =>
  prepareRead<Wanted, ListRow>(
    sql`WITH authors(author_id) AS MATERIALIZED (${authors}), page(id, author_id) AS (${page}),
        total(count) AS (SELECT COUNT(*) FROM (${counted}))
      SELECT total.count, ${momentColumns} FROM total LEFT JOIN page ON page.id IS NOT NULL
        LEFT JOIN ${moments} AS m ON m.id = page.id LEFT JOIN ${users} AS author ON author.id = m.author_id
      ORDER BY m.id DESC`,
    ['total', ...momentKeys],
  );

/** What every list wants. */
type ListValues = {
  readonly me: UserId;
  readonly upTo: number;
  readonly limit: number;
  readonly offset: number;
};

const meAndFriends = authorsOpenTo(me);
const oneAuthor = sql`SELECT ${p('author')} AS author_id WHERE ${isOpenTo(p('author'), me)}`;

/** The newest moment of an author that `me` may see. */
const newest = (author: SQL, older: SQL = sql``) =>
  sql`(SELECT m.id FROM ${moments} AS m WHERE m.author_id = ${author} ${older} AND ${isMeantFor('m', me)}
    ORDER BY m.id DESC LIMIT 1)`;

/**
 * Merges the authors' moments: the recursion's queue holds each author's newest that is not out yet, ORDER BY
 * takes the newest of all out of it, and its author's next goes in. It reads one entry an author and one
 * a moment on the way to the page, however many moments there are.
 */
const merged = sql`SELECT ${newest(sql`authors.author_id`, sql`AND m.id <= ${p('upTo')}`)}, authors.author_id FROM authors
  UNION ALL
  SELECT ${newest(sql`page.author_id`, sql`AND m.id < page.id`)}, page.author_id FROM page WHERE page.id IS NOT NULL
  ORDER BY 1 DESC LIMIT ${p('limit')} OFFSET ${p('offset')}`;

/** All moments of the authors, or those that a condition picks. */
const all = (condition: SQL = sql``) =>
  sql`SELECT m.id, m.author_id FROM authors CROSS JOIN ${moments} AS m
    WHERE m.author_id = authors.author_id ${condition} AND +m.id <= ${p('upTo')} AND ${isMeantFor('m', me)}`;
const pageOfAll = (condition?: SQL) =>
  sql`${all(condition)} ORDER BY m.id DESC LIMIT ${p('limit')} OFFSET ${p('offset')}`;
const inMonth = sql`AND m.created_at >= ${p('from')} AND m.created_at < ${p('until')}`;

/** My moments and my friends', up to a newest one: `me`, `upTo`, `limit`, `offset`. At most the newest TIMELINE_DEPTH are counted. */
export const listTimeline = prepareList<ListValues>(
  meAndFriends,
  merged,
  sql`${all()} LIMIT ${sql.raw(String(TIMELINE_DEPTH))}`,
);
/** The timeline of a month: `me`, `from`, `until` (epoch ms), `upTo`, `limit`, `offset`. */
export const listMonth = prepareList<ListValues & { from: number; until: number }>(
  meAndFriends,
  pageOfAll(inMonth),
  all(inMonth),
);
/** One author's moments: `me`, `author`, `upTo`, `limit`, `offset`. */
export const listOfAuthor = prepareList<ListValues & { author: UserId }>(oneAuthor, pageOfAll(), all());

/** One moment, if `me` may see it: `me`, `moment`. */
export const findMoment = prepareRead<{ me: UserId; moment: MomentId }, MomentRow>(
  sql`SELECT ${momentColumns} FROM ${moments} AS m JOIN ${users} AS author ON author.id = m.author_id
    WHERE m.id = ${p('moment')} AND ${maySee('m', me)}`,
  momentKeys,
);

/** The pictures of an author's last three posts that have any: `me`, `author`. */
export const listAlbum = prepareRead<{ author: UserId; me: UserId }, { images: string }>(
  sql`SELECT m.images FROM ${moments} AS m WHERE m.author_id = ${p('author')} AND m.images <> ''
    AND ${isOpenTo(p('author'), me)} AND ${isMeantFor('m', me)} ORDER BY m.id DESC LIMIT 3`,
  ['images'],
);

/** One row when `me` may see the moment: `me`, `moment`. */
export const isVisible = prepareRead<{ moment: MomentId; me: UserId }, { id: number }>(
  sql`SELECT m.id FROM ${moments} AS m WHERE m.id = ${p('moment')} AND ${maySee('m', me)}`,
  ['id'],
);
