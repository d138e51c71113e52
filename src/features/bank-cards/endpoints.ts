import * as z from 'zod';
import type { CardId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import { id } from '../../http/params.ts';
import * as wire from '../../http/wire.ts';
import { endpoint } from '../../realtime/endpoint.ts';
import { bind } from './bind.ts';
import { parseCardNumber } from './number.ts';
import { cardsOf, unbindCard } from './queries.ts';
import { card, cardShape } from './view.ts';

/** A card number, in groups or not, whose check digit is right. */
const cardNumber = (description: string) =>
  z
    .string()
    .transform((text, context) => {
      const number = parseCardNumber(text);
      if (number) return number;
      context.addIssue({ code: 'custom' });
      return z.NEVER;
    })
    .meta({ description, type: 'string', examples: ['6214830202117965'] });

export const getCardList = endpoint({
  no: 237,
  path: '/wallet/getCardList',
  title: '获取银行卡列表接口',
  summary: 'My bank cards, the oldest first. Numbers are masked but for the last four digits.',
  params: {},
  data: wire.list(cardShape),
  handler: async ({ db, caller }) => {
    const cards = await db.read(cardsOf({ me: caller.userId }));
    return cards.map(card);
  },
});

export const bindingCard = endpoint({
  no: 238,
  path: '/wallet/bindingCard',
  title: '绑定银行卡接口',
  summary: 'Binds a bank card, for withdrawals. The number is encrypted at rest; its bank is found offline.',
  params: { cardNo: cardNumber('卡号') },
  data: cardShape,
  perMinute: 20,
  idempotent: true,
  invalid: '请输入正确卡号',
  errors: { ALREADY_BOUND: [-1, '已绑定过该卡'], TOO_MANY_CARDS: [-1, '绑定失败'] },
  handler: (context, { cardNo }) => bind(context, cardNo),
});

export const dissCard = endpoint({
  no: 239,
  path: '/wallet/dissCard',
  title: '解绑银行卡接口',
  summary: 'Unbinds one of my bank cards. Withdrawals that are on their way to it go on.',
  params: { cardId: id<CardId>('银行卡绑定 id') },
  data: wire.info('解绑成功'),
  invalid: '解绑失败',
  errors: { NO_SUCH_CARD: [-1, '解绑失败'] },
  handler: async ({ db, caller, clock }, { cardId }) => {
    const unbound = await db.write(unbindCard({ card: cardId, me: caller.userId, now: clock.now() }));
    if (unbound === 0) refuse('NO_SUCH_CARD');
    return { info: '解绑成功' };
  },
});
