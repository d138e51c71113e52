import * as z from 'zod';
import { TRANSFER } from '../../../db/schema/transfers.ts';
import { yuan } from '../../core/fen.ts';
import type { TransferId } from '../../core/ids.ts';
import {
  type Looked,
  lookAtTransfer,
  lookForTransfers,
  TRANSFER_STATES,
  transferState,
} from '../../features/transfers/look.ts';
import { keyOf, searched } from '../keys.ts';
import { listing, viewing } from '../operation.ts';
import { numberOf, oneOf, optional, yuanOf } from '../params.ts';
import { nothingDone } from '../refused.ts';
import { timeText } from '../shown.ts';
import { boundedNumbers, numbersOf, span } from '../span.ts';
import { userNumber } from '../users/number.ts';

const roles = ['support', 'moderator', 'finance'] as const;
const shape = {
  transfer: z.number(),
  payer: z.number(),
  payee: z.number(),
  group: z.number().nullable(),
  yuan: z.string(),
  sent: z.string(),
  state: z.enum(TRANSFER_STATES),
  reversed: z.string(),
};
const facts = (found: Looked) => ({
  transfer: found.id,
  payer: found.payer,
  payee: found.payee,
  group: found.group,
  yuan: yuan(found.amount),
  sent: timeText(found.sentAt),
  state: transferState(found.status),
  reversed: yuan(found.reversed),
});

export const find = listing({
  name: 'transfers.find',
  roles,
  about:
    'transfers that a person has sent or got, of an amount, of a time, newest first; of everybody, those of 24 hours at most',
  params: {
    user: optional(userNumber),
    yuan: optional(yuanOf('amount')),
    ...span,
    state: optional(oneOf('state', TRANSFER_STATES)),
  },
  operands: ['user'],
  counted: 'transfers',
  row: z.object(shape),
  async read({ db, clock }, { user, yuan: fen, from, to, state }, after) {
    const [before = Number.MAX_SAFE_INTEGER] = keyOf(after, ['number']) ?? [];
    const isNarrow = user !== undefined || fen !== undefined;
    const numbers = isNarrow ? numbersOf({ from, to }) : boundedNumbers({ from, to }, clock.now());
    const wanted = { fen: fen ?? null, status: state ? TRANSFER[state] : null };
    return searched(await lookForTransfers(db, wanted, user, { ...numbers, before: Number(before) }), facts);
  },
});

/** Where the money is. */
function whereOf({ status, payer, payee, expiresAt, amount: fen, reversed }: Looked): string {
  switch (status) {
    case TRANSFER.waits:
      return `in escrow, until ${payee} takes it or it goes back at ${timeText(expiresAt)}`;
    case TRANSFER.returned:
      return `back with ${payer}`;
    case TRANSFER.confirmed:
      return reversed === 0 ? `with ${payee}` : `${yuan(reversed)} of ${yuan(fen)} given back to ${payer}`;
  }
}

export const show = viewing({
  name: 'transfers.show',
  roles,
  subject: 'transfer',
  about: 'one transfer, and where its money is now',
  params: { transfer: numberOf<TransferId>('transfer') },
  operands: ['transfer'],
  answer: z.object({
    ...shape,
    expires: z.string(),
    taken: z.string(),
    where: z.string(),
    endedBy: z.number().nullable(),
  }),
  async read({ db }, { transfer }) {
    const found = (await lookAtTransfer(db, transfer)) ?? nothingDone(`There is no transfer ${transfer}.`);
    const answer = {
      ...facts(found),
      expires: timeText(found.expiresAt),
      taken: found.confirmedAt === null ? '' : timeText(found.confirmedAt),
      where: whereOf(found),
      endedBy: found.endedBy,
    };
    return { on: transfer, answer };
  },
});
