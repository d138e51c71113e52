import { and, count, desc, eq, lte, sql } from 'drizzle-orm';
import { momentGifts } from '../../../db/schema/gifts.ts';
import { users } from '../../../db/schema/users.ts';
import { build, prepareRows } from '../../platform/database/query.ts';

const p = (name: string) => sql.placeholder(name);
const upTo = lte(momentGifts.id, p('upTo'));
const mine = eq(momentGifts.receiverId, p('me'));

export const countGifts = prepareRows(
  build.select({ count: count() }).from(momentGifts).where(and(mine, upTo)),
);

/** A page of the gifts that `me` got, newest first, with who gave them: `me`, `upTo`, `limit`, `offset`. */
export const listGifts = prepareRows(
  build
    .select({
      id: momentGifts.id,
      giverId: momentGifts.giverId,
      momentId: momentGifts.momentId,
      content: momentGifts.content,
      createdAt: momentGifts.createdAt,
      name: users.name,
      headUrl: users.headUrl,
    })
    .from(momentGifts)
    .innerJoin(users, eq(users.id, momentGifts.giverId))
    .where(and(mine, upTo))
    .orderBy(desc(momentGifts.id))
    .limit(p('limit'))
    .offset(p('offset')),
);
