import type { CardId, UserId } from '../../core/ids.ts';
import { digest, seal } from '../../core/sealing.ts';
import { refuse } from '../../http/failure.ts';
import { replyRow } from '../../http/idempotency.ts';
import { p } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { noticeValues, prepareNotice } from '../../realtime/notices.ts';
import { type CardNumber, issuerOf, maskCardNumber } from './number.ts';
import { bindCard, cardIsThere, isBound } from './queries.ts';
import { card } from './view.ts';

/** What a sealed card number is for (src/core/sealing.ts). */
export const CARD_NUMBER = 'bank_cards.sealed_number';

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
  const values = {
    card: context.ids.next<CardId>(),
    me,
    sealedNumber: seal(context.keys.data, CARD_NUMBER, number, context.random),
    numberDigest: digest(context.keys.pepper, 'bank_cards.number_digest', number),
    masked: maskCardNumber(number),
    bankName: bank,
    kind,
    now,
  };
  const { card: id, masked, bankName } = values;
  const reply = card({ id, userId: me, masked, bankName, createdAt: now, updatedAt: now });
  const { done } = await context.db.write({
    done: bindCard(values),
    tell: tell({ ...values, ...noticeValues(context, 'cardBound') }),
    reply: context.remember(reply, rememberBound, values),
  });
  if (done > 0) return reply;
  const [found] = await context.db.read(isBound(values));
  return refuse(found?.bound ? 'ALREADY_BOUND' : 'TOO_MANY_CARDS');
}
