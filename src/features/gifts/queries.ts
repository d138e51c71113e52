import { and, asc, count, desc, eq, isNull, lte, sql } from 'drizzle-orm';
import { gifts, momentGifts } from '../../../db/schema/gifts.ts';
import { users } from '../../../db/schema/users.ts';
import type { UserId } from '../../core/ids.ts';
import { p, prepareSelect } from '../../platform/database/query.ts';

/** What the statements here want. */
type Wanted = {
  readonly me: UserId;
  readonly upTo: number;
  readonly limit: number;
  readonly offset: number;
};

/** The catalogue as people see it. */
export const listOffered = prepareSelect<void>()(
  { key: gifts.key, name: gifts.name, price: gifts.price, picture: gifts.picture },
  (select) => select.from(gifts).where(isNull(gifts.withdrawnAt)).orderBy(asc(gifts.price), asc(gifts.key)),
);

const upTo = lte(momentGifts.id, p('upTo'));
const mine = eq(momentGifts.receiverId, p('me'));

export const countGifts = prepareSelect<{ me: UserId; upTo: number }>()({ count: count() }, (select) =>
  select.from(momentGifts).where(and(mine, upTo)),
);

/** A page of the gifts that `me` got, newest first, with who gave them: `me`, `upTo`, `limit`, `offset`. */
export const listGifts = prepareSelect<Wanted>()(
  {
    id: momentGifts.id,
    giverId: momentGifts.giverId,
    momentId: momentGifts.momentId,
    content: momentGifts.content,
    createdAt: momentGifts.createdAt,
    name: users.name,
    headUrl: users.headUrl,
  },
  (select) =>
    select
      .from(momentGifts)
      .innerJoin(users, eq(users.id, momentGifts.giverId))
      .where(and(mine, upTo))
      .orderBy(desc(momentGifts.id))
      .limit(sql.placeholder('limit'))
      .offset(sql.placeholder('offset')),
);
