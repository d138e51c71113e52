import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import { bankCards } from '../../../db/schema/wallet.ts';
import type { CardId, UserId } from '../../core/ids.ts';
import { orTaken, rowOf } from '../../platform/database/mark.ts';
import { p, prepareChange, prepareRead, prepareSelect, type RowOf } from '../../platform/database/query.ts';

/** What the statements here want. */
type Wanted = {
  readonly card: CardId;
  readonly me: UserId;
  readonly sealedNumber: string;
  readonly numberDigest: string;
  readonly numberDigests: string;
  readonly masked: string;
  readonly bankName: string;
  readonly kind: string;
  readonly now: number;
};

/** Cards that a user may have bound at one time. */
const MOST = 20;

const bound = sql`${bankCards.userId} = ${p('me')} AND ${bankCards.unboundAt} IS NULL`;
const alreadyBound = sql<number>`EXISTS (SELECT 1 FROM ${bankCards} WHERE ${bound} AND ${bankCards.numberDigest} IN (SELECT value FROM json_each(${p('numberDigests')})))`;

/** A user's cards, the oldest first: `me`. */
export const cardsOf = prepareSelect<{ me: UserId }>()(
  {
    id: bankCards.id,
    userId: bankCards.userId,
    masked: bankCards.masked,
    bankName: bankCards.bankName,
    createdAt: bankCards.createdAt,
    updatedAt: bankCards.updatedAt,
  },
  (select) =>
    select
      .from(bankCards)
      .where(and(eq(bankCards.userId, p('me')), isNull(bankCards.unboundAt)))
      .orderBy(asc(bankCards.id)),
);
export type CardRow = RowOf<typeof cardsOf>;

export const cardIsThere = rowOf(bankCards, 'card');
/** Binds a card unless it is bound already or there are too many; answers 1 when it did. */
export const bindCard = prepareChange<Wanted>(
  sql`INSERT INTO ${bankCards} (id, user_id, sealed_number, number_digest, masked, bank_name, kind, created_at, updated_at)
    SELECT ${p('card')}, ${p('me')}, ${p('sealedNumber')}, ${p('numberDigest')}, ${p('masked')}, ${p('bankName')}, ${p('kind')},
      ${p('now')}, ${p('now')}
    WHERE ${orTaken(sql`NOT ${alreadyBound} AND (SELECT COUNT(*) FROM ${bankCards} WHERE ${bound}) < ${sql.raw(String(MOST))}`, cardIsThere)}`,
);

/** Whether the card is bound already, to tell why it was not. */
export const isBound = prepareRead<{ me: UserId; numberDigests: string }, { bound: number }>(
  sql`SELECT ${alreadyBound}`,
  ['bound'],
);

export const unbindCard = prepareChange<{ now: number; card: CardId; me: UserId }>(
  sql`UPDATE ${bankCards} SET unbound_at = ${p('now')}, updated_at = ${p('now')} WHERE ${bankCards.id} = ${p('card')} AND ${bound}`,
);
