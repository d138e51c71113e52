import { yuan } from '../../core/fen.ts';
import {
  countStrays,
  isKnownStray,
  strayRefunded,
  waitingStrays,
} from '../../features/payment-orders/strays.ts';
import { type Action, listing, NothingDone, timeText } from './action.ts';

export const strays: Readonly<Record<string, Action>> = {
  list: listing(
    'strays',
    'payments of no order: provider, its number, our order, yuan, since when',
    async ({ platform }, page) => {
      const rows = (await waitingStrays(platform, page)).map((stray) => ({
        provider: stray.provider,
        tradeNumber: stray.tradeNo,
        order: stray.outTradeNo,
        yuan: yuan(stray.amount),
        since: timeText(stray.foundAt),
      }));
      return [rows, await countStrays(platform)];
    },
  ),
  refunded: {
    usage: 'admin strays refunded TRADE_NUMBER',
    about: 'it was refunded in the provider’s console',
    operands: [1, 1],
    async run({ platform }, { operands: [tradeNo = ''] }, print) {
      if (await strayRefunded(platform, tradeNo)) return print('Done.');
      const isKnown = await isKnownStray(platform, tradeNo);
      throw new NothingDone(
        isKnown ? 'That payment is refunded already.' : 'No such payment: give the provider’s number of it.',
      );
    },
  },
};
