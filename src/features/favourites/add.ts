import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { favourites } from '../../../db/schema/favourites.ts';
import type { FavouriteId, UserId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';

/** What the statements here want. */
type Wanted = {
  readonly id: FavouriteId;
  readonly me: UserId;
  readonly category: number;
  readonly content: string;
  readonly digest: string;
  readonly fromId: number;
  readonly fromName: string;
  readonly fromHeadUrl: string;
  readonly now: number;
};

/** Things that one user may keep: each may be a long text, and all are counted when the user lists them. */
const MAX_FAVOURITES = 10_000;
const hasRoom = sql`(SELECT count(*) FROM ${favourites} WHERE user_id = ${p('me')}) < ${MAX_FAVOURITES}`;
const insertOnce = prepareChange<Wanted>(
  sql`INSERT INTO ${favourites} (id, user_id, category, content, content_digest, from_id, from_name, from_head_url, created_at)
    SELECT ${p('id')}, ${p('me')}, ${p('category')}, ${p('content')}, ${p('digest')}, ${p('fromId')}, ${p('fromName')},
      ${p('fromHeadUrl')}, ${p('now')} WHERE ${hasRoom}
    ON CONFLICT (user_id, from_id, category, content_digest) DO NOTHING`,
);
const findKept = prepareRead<Wanted, { isKept: number }>(
  sql`SELECT EXISTS (SELECT 1 FROM ${favourites} WHERE user_id = ${p('me')} AND from_id = ${p('fromId')}
    AND category = ${p('category')} AND content_digest = ${p('digest')})`,
  ['isKept'],
);

export interface Favourite {
  readonly category: number;
  readonly content: string;
  readonly fromId: number;
  readonly fromName: string;
  readonly fromHeadUrl: string;
}

/**
 * Keeps something (listing 76); the same content of the same sender and kind is kept once. Refuses `ALREADY_THERE`
 * and `TOO_MANY`.
 */
export async function addFavourite(context: CallerContext, favourite: Favourite): Promise<void> {
  const values = {
    ...favourite,
    id: context.ids.next<FavouriteId>(),
    me: context.caller.userId,
    digest: createHash('sha256').update(favourite.content, 'utf8').digest('base64url'),
    now: context.clock.now(),
  };
  const added = await context.db.write(insertOnce(values));
  if (added > 0) return;
  const [found] = await context.db.read(findKept(values));
  refuse(found?.isKept ? 'ALREADY_THERE' : 'TOO_MANY');
}
