import * as z from 'zod';
import { type Fen, fen, yuan } from '../../core/fen.ts';
import type { RefundId, UserId } from '../../core/ids.ts';
import { standingOf } from '../../features/provider-requests/standing.ts';
import { returningRefund, settlingRefund } from '../../features/refunds/end.ts';
import {
  findRefund,
  type RefundRow,
  refundState,
  refundsOf,
  refundsOfPayment,
  refundsUnderWay,
} from '../../features/refunds/list.ts';
import { askingAgain } from '../../features/refunds/requests.ts';
import { refundNo } from '../../features/refunds/rows.ts';
import { starting } from '../../features/refunds/start.ts';
import { keyOf, pageOf } from '../keys.ts';
import { listing, operation, viewing } from '../operation.ts';
import { flag, numberOf, optional, text, yuanOf } from '../params.ts';
import { nothingDone } from '../refused.ts';
import { timeText } from '../shown.ts';
import { refundAct } from './act.ts';
import { onlyPayment, refundable, whyNotStarted } from './payment.ts';

const refund = numberOf<RefundId>('refund');
const payment = text('number of the payment (the provider’s, or our order’s)');
const force = flag('also what the provider may still do: only after looking there');

const row = z.object({
  refund: z.number(),
  provider: z.string(),
  payment: z.string(),
  order: z.string(),
  user: z.number().optional(),
  yuan: z.string(),
  of: z.string(),
  state: z.string(),
  since: z.string(),
  standing: z.string().optional(),
});
const shown = (found: RefundRow) => ({
  refund: found.id,
  provider: found.provider,
  payment: found.tradeNo,
  order: found.outTradeNo,
  ...(found.userId === null ? {} : { user: found.userId }),
  yuan: yuan(found.amount),
  of: yuan(found.total),
  state: refundState(found),
  since: timeText(found.createdAt),
  ...(found.endedAt === null ? { standing: standingOf(found) } : {}),
});

export const list = listing({
  name: 'refunds.list',
  roles: ['viewer', 'support', 'finance'],
  about:
    'refunds under way: number, provider, its number of the payment, our order, the wallet’s user, yuan, of how much, since when, and how it fares there; or all out of one user’s wallet',
  params: { user: optional(numberOf<UserId>('user')) },
  counted: 'refunds',
  row,
  async read(home, { user }, after) {
    if (user !== undefined) {
      const [before] = keyOf(after, ['number']) ?? [];
      const found = await refundsOf(home, user, before === undefined ? undefined : Number(before));
      return pageOf(found.rows, found.total, shown, ({ id }) => [id]);
    }
    const [at, id] = keyOf(after, ['number', 'number']) ?? [];
    const key = at === undefined ? undefined : { at: Number(at), id: Number(id) };
    const found = await refundsUnderWay(home, key);
    return pageOf(found.rows, found.total, shown, ({ createdAt, id }) => [createdAt, id]);
  },
});

export const show = viewing({
  name: 'refunds.show',
  roles: ['viewer', 'support', 'finance'],
  subject: 'refund',
  about: 'one refund, with its name at the provider',
  params: { refund },
  operands: ['refund'],
  answer: row.extend({
    name: z.string(),
    attempts: z.number(),
    ended: z.string(),
    providersNumber: z.string(),
  }),
  async read(home, { refund: number }) {
    const found = (await findRefund(home, number)) ?? nothingDone(`There is no refund ${number}.`);
    const answer = {
      ...shown(found),
      name: refundNo(number),
      attempts: found.attempts,
      ended: found.endedAt === null ? '' : timeText(found.endedAt),
      providersNumber: found.refundId,
    };
    return { on: number, answer };
  },
});

export const look = viewing({
  name: 'refunds.payment',
  roles: ['viewer', 'support', 'finance'],
  subject: 'payment',
  about: 'what came in under a number, where the money is, and what of it has gone back',
  params: { payment },
  operands: ['payment'],
  answer: z.object({
    provider: z.string(),
    payment: z.string(),
    order: z.string(),
    user: z.number().optional(),
    yuan: z.string(),
    left: z.string(),
    where: z.string(),
    refunds: z.array(row),
  }),
  async read(home, { payment: number }) {
    const found = await onlyPayment(home, number);
    const refunds = await refundsOfPayment(home, found.provider, found.tradeNo);
    const isGone = found.whereabouts === 'gone back';
    const answer = {
      provider: found.provider,
      payment: found.tradeNo,
      order: found.outTradeNo,
      ...(found.payer === null ? {} : { user: found.payer }),
      yuan: yuan(found.total),
      left: yuan(isGone ? 0 : found.total - found.givenBack),
      where: found.whereabouts,
      refunds: refunds.map(shown),
    };
    return { on: found.tradeNo, answer };
  },
});

/** What is refunded where nobody says how much: all that is left. */
const all = (total: Fen, givenBack: number): Fen => fen(Math.max(0, total - givenBack));

export const start = operation({
  name: 'refunds.refund',
  roles: ['finance'],
  subject: 'refund',
  about:
    'gives a payment back by Alipay or WeChat Pay, or a part of it: out of the wallet that it went into, or where it is in nobody’s',
  params: { payment, yuan: optional(yuanOf('amount')) },
  operands: ['payment', 'yuan'],
  needsReason: true,
  danger: true,
  twoEyes: true,
  async run(home, { payment: number, yuan: wished }) {
    const found = await onlyPayment(home, number);
    const wanted = refundable(found);
    const amount = wished ?? all(found.total, found.givenBack);
    if (amount === 0) return nothingDone('All of that payment has gone back, or is on its way.');
    const { refund: on, batch } = starting(home, wanted, amount);
    const facts = {
      provider: found.provider,
      payment: found.tradeNo,
      order: found.outTradeNo,
      ...(wanted.user === null ? {} : { user: wanted.user }),
      yuan: yuan(amount),
    };
    return {
      on,
      batch,
      marks: ['started'],
      money: { fen: amount, whom: wanted.user },
      before: { where: found.whereabouts, left: yuan(found.total - found.givenBack) },
      after: { ...facts, refund: 'under way' },
      whyNot: () => whyNotStarted(home, number, amount),
    };
  },
});

const ending = {
  roles: ['finance'],
  subject: 'refund',
  operands: ['refund'],
  needsReason: true,
  danger: true,
  movedBy: 'its owner',
} as const;

export const settle = operation({
  ...ending,
  name: 'refunds.settle',
  about: 'the payer has the money: you have seen it at the provider, or gave it back otherwise',
  params: { refund, force },
  run: (home, { refund: number, force: isForced }) =>
    refundAct(home, number, settlingRefund(home, number, isForced), 'done', 'done'),
});

export const giveBack = operation({
  ...ending,
  name: 'refunds.return',
  about: 'nothing went back to the payer, and nothing will: into the wallet again',
  params: { refund, force },
  run: (home, { refund: number, force: isForced }) =>
    refundAct(home, number, returningRefund(home, number, isForced), 'done', 'returned'),
});

export const ask = operation({
  roles: ['finance'],
  subject: 'refund',
  operands: ['refund'],
  name: 'refunds.ask',
  about: 'it is yours, and the provider may know more by now: ask there again, under the same number',
  params: { refund },
  run: (home, { refund: number }) =>
    refundAct(home, number, askingAgain(number, home.clock.now()), 'asked', 'asked again'),
});
