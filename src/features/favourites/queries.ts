import { and, count, desc, eq, lte, sql } from 'drizzle-orm';
import { favourites } from '../../../db/schema/favourites.ts';
import type { FavouriteId, UserId } from '../../core/ids.ts';
import { p, prepareChange, prepareSelect } from '../../platform/database/query.ts';

/** What the statements here want. */
type Wanted = {
  readonly me: UserId;
  readonly upTo: number;
  readonly limit: number;
  readonly offset: number;
};

const mine = eq(favourites.userId, p('me'));

const shown = and(mine, lte(favourites.id, p('upTo')));

export const countFavourites = prepareSelect<{ me: UserId; upTo: number }>()({ total: count() }, (select) =>
  select.from(favourites).where(shown),
);

/** A page of what I keep, newest first: `me`, `upTo`, `limit`, `offset`. */
export const listFavourites = prepareSelect<Wanted>()(
  {
    id: favourites.id,
    userId: favourites.userId,
    category: favourites.category,
    content: favourites.content,
    fromId: favourites.fromId,
    fromName: favourites.fromName,
    fromHeadUrl: favourites.fromHeadUrl,
    createTime: favourites.createdAt,
  },
  (select) =>
    select
      .from(favourites)
      .where(shown)
      .orderBy(desc(favourites.id))
      .limit(sql.placeholder('limit'))
      .offset(sql.placeholder('offset')),
);

/** Lets one of mine go. */
export const deleteFavourite = prepareChange<{ id: FavouriteId; me: UserId }>(
  sql`DELETE FROM ${favourites} WHERE ${favourites.id} = ${p('id')} AND ${mine}`,
);
