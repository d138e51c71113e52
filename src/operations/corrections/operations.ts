import { type Fen, yuan } from '../../core/fen.ts';
import type { RedPacketId, TransferId, UserId } from '../../core/ids.ts';
import {
  paidShare,
  paidTransfer,
  reversingShare,
  reversingTransfer,
} from '../../features/corrections/records.ts';
import { crediting, debiting, seizing } from '../../features/corrections/wallets.ts';
import { ACCOUNT, balanceOf } from '../../ledger/accounts.ts';
import type { Batch } from '../../platform/database/db.ts';
import type { Platform } from '../../realtime/context.ts';
import { type Act, operation } from '../operation.ts';
import { flag, numberOf, oneOf, optional, text, yuanOf } from '../params.ts';
import { nothingDone } from '../refused.ts';
import { userNumber } from '../users/number.ts';
import { reversing } from './reverse.ts';

const shared = { roles: ['finance'], needsReason: true, danger: true, twoEyes: true } as const;
const note = optional(text('words that the person reads in the bill', 60));

const heldBy = async ({ db }: Platform, account: UserId | typeof ACCOUNT.seized) =>
  (await db.read(balanceOf({ account })))[0]?.balance;

const correcting = (
  user: UserId,
  fen: Fen,
  batch: Batch,
  facts: Act['after'],
  whyNot: Act['whyNot'],
): Act => ({
  on: user,
  batch,
  marks: ['opened'],
  money: { fen, whom: user },
  after: { user, yuan: yuan(fen), ...facts },
  whyNot,
});

export const credit = operation({
  ...shared,
  name: 'corrections.credit',
  subject: 'user',
  about: 'pays into a wallet: what operators took before, and the rest the company’s; or what was seized',
  params: {
    user: userNumber,
    yuan: yuanOf('amount'),
    from: optional(oneOf('source', ['adjustments', 'seized'])),
    note,
  },
  operands: ['user', 'yuan'],
  run: async (home, { user, yuan: fen, from = 'adjustments', note: words = '' }) =>
    correcting(user, fen, crediting(home, { user, fen, note: words }, from), { from }, async () => {
      if ((await heldBy(home, user)) === undefined) return `There is no user ${user}.`;
      const seized = from === 'seized' ? ((await heldBy(home, ACCOUNT.seized)) ?? 0) : fen;
      if (seized < fen) return `Only ${yuan(seized)} is seized.`;
      return `The wallet of ${user} cannot take so much more.`;
    }),
});

const tooLittle = (home: Platform, user: UserId) => async () => {
  const balance = await heldBy(home, user);
  return balance === undefined
    ? `There is no user ${user}.`
    : `The wallet of ${user} holds ${yuan(balance)}.`;
};

export const debit = operation({
  ...shared,
  name: 'corrections.debit',
  subject: 'user',
  about: 'takes money out of a wallet that should not be there, into adjustments; never more than it holds',
  params: { user: userNumber, yuan: yuanOf('amount'), note },
  operands: ['user', 'yuan'],
  run: async (home, { user, yuan: fen, note: words = '' }) =>
    correcting(
      user,
      fen,
      debiting(home, { user, fen, note: words }),
      { to: 'adjustments' },
      tooLittle(home, user),
    ),
});

export const seize = operation({
  ...shared,
  name: 'corrections.seize',
  subject: 'user',
  about: 'takes a fraudster’s money into the account "seized": so much, or all that the wallet holds',
  params: { user: userNumber, yuan: optional(yuanOf('amount')), note },
  operands: ['user', 'yuan'],
  async run(home, { user, yuan: wanted, note: words = '' }) {
    const fen = wanted ?? (((await heldBy(home, user)) ?? nothingDone(`There is no user ${user}.`)) as Fen); // a balance
    if (fen === 0) return nothingDone(`The wallet of ${user} is empty.`);
    const batch = seizing(home, { user, fen, note: words });
    return correcting(user, fen, batch, { to: 'seized' }, tooLittle(home, user));
  },
});

const fromAdjustments = flag('what the receiver has no more: from adjustments, by an owner');

export const reverseTransfer = operation({
  ...shared,
  name: 'corrections.reverse-transfer',
  subject: 'transfer',
  about: 'gives a transfer back to its payer: what its receiver still has',
  params: { transfer: numberOf<TransferId>('transfer'), fromAdjustments },
  operands: ['transfer'],
  async run(home, { transfer, fromAdjustments: isAdded }, _, actor) {
    const [paid] = await home.db.read(paidTransfer({ transfer }));
    const record = { number: transfer, called: `transfer ${transfer}`, paid };
    return reversing(home, actor, record, isAdded, reversingTransfer);
  },
});

export const reverseShare = operation({
  ...shared,
  name: 'corrections.reverse-share',
  subject: 'packet',
  about: 'gives back to a red packet’s sender what a person has got from it, and still has',
  params: { packet: numberOf<RedPacketId>('red packet'), user: userNumber, fromAdjustments },
  operands: ['packet', 'user'],
  async run(home, { packet, user: opener, fromAdjustments: isAdded }, _, actor) {
    const [paid] = await home.db.read(paidShare({ packet, opener }));
    const record = { number: packet, called: `share of ${opener} in red packet ${packet}`, paid };
    return reversing(home, actor, record, isAdded, reversingShare);
  },
});
