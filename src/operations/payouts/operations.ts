import * as z from 'zod';
import { yuan } from '../../core/fen.ts';
import type { PayoutId } from '../../core/ids.ts';
import { bouncing, returning, settling } from '../../features/payouts/end.ts';
import { countPayouts, openPayouts, waitingPayouts } from '../../features/payouts/list.ts';
import { holding, sending } from '../../features/payouts/queue.ts';
import { keyOf, pageOf } from '../keys.ts';
import { listing, manyActs, operation, viewing } from '../operation.ts';
import { file, flag, numberOf } from '../params.ts';
import { nothingDone } from '../refused.ts';
import { timeText, UNREADABLE } from '../shown.ts';
import { CHANGED_MEANWHILE, payoutAct } from './act.ts';
import { bankAnswer, MOST_CHARACTERS } from './bank-answer.ts';
import { bankFile } from './bank-file.ts';

const payout = numberOf<PayoutId>('payout');
const force = flag('also what a provider may pay: only after looking there');

export const list = listing({
  name: 'payouts.list',
  roles: ['viewer', 'support', 'finance'],
  about: 'withdrawals: number, user, yuan, bank, end of the card, since when, and how it fares at a provider',
  params: {},
  counted: 'waiting',
  row: z.object({
    payout: z.number(),
    user: z.number(),
    yuan: z.string(),
    bank: z.string(),
    card: z.string(),
    since: z.string(),
    standing: z.string().optional(),
  }),
  async read(home, _, after) {
    const [rank = -1, at = 0, id = 0] = keyOf(after, ['number', 'number', 'number']) ?? [];
    const key = { rank: Number(rank), at: Number(at), id: Number(id) };
    const [rows, total] = await Promise.all([waitingPayouts(home, key), countPayouts(home)]);
    return pageOf(
      rows,
      total,
      (row) => ({
        payout: row.id,
        user: row.userId,
        yuan: yuan(row.amount),
        bank: row.bankName,
        card: row.masked,
        since: timeText(row.createdAt),
        ...(row.standing ? { standing: row.standing } : {}),
      }),
      (row) => [row.rank, row.createdAt, row.id],
    );
  },
});

export const show = viewing({
  name: 'payouts.show',
  roles: ['finance'],
  subject: 'payout',
  about: 'a withdrawal with the whole card number and the confirmed name of its holder',
  params: { payout },
  operands: ['payout'],
  unseals: true,
  answer: z.object({
    payout: z.number(),
    user: z.number(),
    yuan: z.string(),
    state: z.string(),
    bank: z.string(),
    card: z.string(),
    holder: z.string(),
    since: z.string(),
    standing: z.string(),
  }),
  async read(home, { payout: number }) {
    const [found] = await openPayouts(home, [number]);
    if (!found) return nothingDone(`There is no payout ${number}.`);
    const answer = {
      payout: found.id,
      user: found.userId,
      yuan: yuan(found.amount),
      state: found.state,
      bank: found.bankName,
      card: found.cardNumber ?? UNREADABLE,
      holder: found.holder ?? UNREADABLE,
      since: timeText(found.createdAt),
      standing: found.standing,
    };
    return { on: number, answer };
  },
});

const shared = { roles: ['finance'], subject: 'payout', operands: ['payout'], danger: true } as const;

export const settle = operation({
  ...shared,
  name: 'payouts.settle',
  about: 'the money has left the bank',
  movedBy: 'its owner',
  params: { payout, force },
  run: (home, { payout: number, force: isForced }) =>
    payoutAct(
      home,
      number,
      { batch: settling(home, number, isForced), marks: ['done'] },
      { becomes: 'settled', takesForce: true, whenWaiting: CHANGED_MEANWHILE },
    ),
});

export const giveBack = operation({
  ...shared,
  name: 'payouts.return',
  about: 'it could not be paid: back into the wallet',
  movedBy: 'its owner',
  params: { payout, force },
  run: (home, { payout: number, force: isForced }) =>
    payoutAct(
      home,
      number,
      { batch: returning(home, number, isForced), marks: ['done'] },
      { becomes: 'returned', takesForce: true, whenWaiting: CHANGED_MEANWHILE },
    ),
});

const NOTHING_TO_SEND =
  'Nothing to send: the payout does not wait for you, it has no card or confirmed name, or WITHDRAW_PROVIDER names nobody.';

export const send = operation({
  ...shared,
  name: 'payouts.send',
  about: 'to the provider: again, or for the first time',
  params: { payout, force },
  async run(home, { payout: number, force: isForced }) {
    const batch = sending(home, number, isForced) ?? nothingDone(NOTHING_TO_SEND);
    const words = {
      becomes: 'queued',
      takesForce: true,
      whenWaiting: NOTHING_TO_SEND,
      whenEnded: 'Nothing to send: the payout has ended.',
    } as const;
    return payoutAct(home, number, { batch, marks: ['requeued', 'queued'] }, words);
  },
});

export const hold = operation({
  ...shared,
  name: 'payouts.hold',
  about: 'out of the provider’s queue: it is yours',
  params: { payout },
  run: (home, { payout: number }) =>
    payoutAct(
      home,
      number,
      { batch: holding(number), marks: ['held'] },
      { becomes: 'held', whenWaiting: 'The payout is not queued; what was sent cannot be held.' },
    ),
});

export const bounced = operation({
  ...shared,
  name: 'payouts.bounced',
  about: 'it was settled, but the bank has sent it back: into the wallet again',
  movedBy: 'its owner',
  params: { payout },
  run: (home, { payout: number }) =>
    payoutAct(
      home,
      number,
      { batch: bouncing(home, number), marks: ['done'] },
      { becomes: 'returned', whenWaiting: 'The payout is not settled: it still waits.' },
    ),
});

export const exportWaiting = viewing({
  name: 'payouts.export',
  roles: ['finance'],
  subject: 'bank file',
  about:
    'the withdrawals that you may pay as a table for the bank’s bulk form (CSV), with whole card numbers',
  params: {},
  unseals: true,
  printed: 'csv',
  answer: z.object({ csv: z.string(), payouts: z.number(), yuan: z.string(), left: z.number() }),
  async read(home) {
    const { csv, payouts, total, left } = await bankFile(home);
    if (payouts.length === 0) return nothingDone('No withdrawal waits for you with a card that can be read.');
    return {
      on: `${payouts.length} payouts`,
      answer: { csv, payouts: payouts.length, yuan: yuan(total), left },
      opened: { payouts: payouts.join(' '), yuan: yuan(total) },
    };
  },
});

export const importAnswer = manyActs({
  name: 'payouts.import',
  roles: ['finance'],
  subject: 'payout',
  about: 'the bank’s answer to such a table: settles what was paid and returns what was not, line by line',
  params: { file: file('bank’s answer', MOST_CHARACTERS) },
  operands: ['file'],
  danger: true,
  movedBy: 'its owner',
  run: (home, { file: csv }) => bankAnswer(home, csv),
});
