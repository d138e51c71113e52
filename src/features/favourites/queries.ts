import { and, count, desc, eq, lte, sql } from 'drizzle-orm';
import { favourites } from '../../../db/schema/favourites.ts';
import { build, prepareChange, prepareRows } from '../../platform/database/query.ts';

const mine = eq(favourites.userId, sql.placeholder('me'));

const shown = and(mine, lte(favourites.id, sql.placeholder('upTo')));

export const countFavourites = prepareRows(build.select({ total: count() }).from(favourites).where(shown));

/** A page of what I keep, newest first: `me`, `upTo`, `limit`, `offset`. */
export const listFavourites = prepareRows(
  build
    .select({
      id: favourites.id,
      userId: favourites.userId,
      category: favourites.category,
      content: favourites.content,
      fromId: favourites.fromId,
      fromName: favourites.fromName,
      fromHeadUrl: favourites.fromHeadUrl,
      createTime: favourites.createdAt,
    })
    .from(favourites)
    .where(shown)
    .orderBy(desc(favourites.id))
    .limit(sql.placeholder('limit'))
    .offset(sql.placeholder('offset')),
);

/** Lets one of mine go. */
export const deleteFavourite = prepareChange(
  build.delete(favourites).where(and(eq(favourites.id, sql.placeholder('id')), mine)),
);
