import type { CardId, UserId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import { replyRow } from '../../http/idempotency.ts';
import { p } from '../../platform/database/query.ts';
import { digestsOf } from '../../platform/keys/keys.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { noticeValues, prepareNotice } from '../../realtime/notices.ts';
import { ownKey, prepareKeepKey } from '../person-keys/own-key.ts';
import { type CardNumber, issuerOf, maskCardNumber } from './number.ts';
import { bindCard, cardIsThere, isBound } from './queries.ts';
import { card } from './view.ts';

/** What a sealed card number is for (src/core/sealing.ts). */
export const CARD_NUMBER = 'bank_cards.sealed_number';

/** The purpose of the digest that finds a number that is bound already. */
export const CARD_DIGEST = 'bank_cards.number_digest';

const keepKey = prepareKeepKey<{ card: CardId }>(cardIsThere);
const tell = prepareNotice<{ me: UserId; card: CardId }>(p('me'), cardIsThere);
const rememberBound = replyRow<{ card: CardId }>(cardIsThere);

/**
 * Binds a card to the caller. @returns the card as it is shown
 * Refuses `ALREADY_BOUND`, and `TOO_MANY_CARDS` from the 21st on.
 */
export async function bind(context: CallerContext, number: CardNumber) {
  const me = context.caller.userId;
  const now = context.clock.now();
  const { bank, kind } = issuerOf(number);
  const own = await ownKey(context, me);
  const digests = digestsOf(context.keys.duplicates, CARD_DIGEST, number);
  const values = {
    card: context.ids.next<CardId>(),
    me,
    sealedNumber: own.seal(CARD_NUMBER, number),
    numberDigest: digests.kept,
    numberDigests: digests.all,
    masked: maskCardNumber(number),
    bankName: bank,
    kind,
    now,
  };
  const { card: id, masked, bankName } = values;
  const reply = card({ id, userId: me, masked, bankName, createdAt: now, updatedAt: now });
  const { done } = await context.db.write({
    done: bindCard(values),
    keepKey: keepKey({ ...values, ...own.values }),
    tell: tell({ ...values, ...noticeValues(context, 'cardBound') }),
    reply: context.remember(reply, rememberBound, values),
  });
  if (done > 0) return reply;
  const [found] = await context.db.read(isBound(values));
  return refuse(found?.bound ? 'ALREADY_BOUND' : 'TOO_MANY_CARDS');
}
