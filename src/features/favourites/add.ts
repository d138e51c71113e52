import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { favourites } from '../../../db/schema/favourites.ts';
import type { CallerContext } from '../../context.ts';
import { refuse } from '../../http/failure.ts';
import type { FavouriteId } from '../../ids.ts';
import { prepareChange } from '../../platform/database/query.ts';

const p = (name: string) => sql.placeholder(name);
const insertOnce = prepareChange(
  sql`INSERT INTO ${favourites} (id, user_id, category, content, content_digest, from_id, from_name, from_head_url, created_at)
    VALUES (${p('id')}, ${p('me')}, ${p('category')}, ${p('content')}, ${p('digest')}, ${p('fromId')}, ${p('fromName')},
      ${p('fromHeadUrl')}, ${p('now')})
    ON CONFLICT (user_id, from_id, category, content_digest) DO NOTHING`,
);

export interface Favourite {
  readonly category: number;
  readonly content: string;
  readonly fromId: number;
  readonly fromName: string;
  readonly fromHeadUrl: string;
}

/** Keeps something (listing 76); the same content of the same sender and kind is kept once. */
export async function addFavourite(context: CallerContext, favourite: Favourite): Promise<void> {
  const [added] = await context.db.write(
    insertOnce({
      ...favourite,
      id: context.ids.next<FavouriteId>(),
      me: context.caller.userId,
      digest: createHash('sha256').update(favourite.content, 'utf8').digest('base64url'),
      now: context.clock.now(),
    }),
  );
  if (added === 0) refuse('ALREADY_THERE');
}
