import * as z from 'zod';
import { yuan } from '../../core/fen.ts';
import { countStrays, isKnownStray, refunding, waitingStrays } from '../../features/payment-orders/strays.ts';
import { keyOf, pageOf } from '../keys.ts';
import { listing, operation } from '../operation.ts';
import { text } from '../params.ts';
import { timeText } from '../shown.ts';

export const list = listing({
  name: 'strays.list',
  roles: ['viewer', 'finance'],
  about: 'payments of no order: provider, its number, our order, yuan, since when',
  params: {},
  counted: 'waiting',
  row: z.object({
    provider: z.string(),
    tradeNumber: z.string(),
    order: z.string(),
    yuan: z.string(),
    since: z.string(),
  }),
  async read(home, _, after) {
    const [at = -1, tradeNo = ''] = keyOf(after, ['number', 'string']) ?? [];
    const key = { at: Number(at), tradeNo: String(tradeNo) };
    const [rows, total] = await Promise.all([waitingStrays(home, key), countStrays(home)]);
    return pageOf(
      rows,
      total,
      (stray) => ({
        provider: stray.provider,
        tradeNumber: stray.tradeNo,
        order: stray.outTradeNo,
        yuan: yuan(stray.amount),
        since: timeText(stray.foundAt),
      }),
      (stray) => [stray.foundAt, stray.tradeNo],
    );
  },
});

export const refunded = operation({
  name: 'strays.refunded',
  roles: ['finance'],
  subject: 'stray',
  about: 'it was refunded in the provider’s console',
  params: { tradeNumber: text('trade number') },
  operands: ['tradeNumber'],
  danger: true,
  run: async (home, { tradeNumber }) => ({
    on: tradeNumber,
    batch: refunding(home, tradeNumber),
    marks: ['marked'],
    before: { stray: 'waiting' },
    after: { stray: 'refunded' },
    async whyNot() {
      const isKnown = await isKnownStray(home, tradeNumber);
      return isKnown
        ? 'That payment is refunded already.'
        : 'No such payment: give the provider’s number of it.';
    },
  }),
});
