import * as z from 'zod';
import { PACKET } from '../../../db/schema/red-packets.ts';
import { yuan } from '../../core/fen.ts';
import type { RedPacketId } from '../../core/ids.ts';
import {
  type Looked,
  lookAtPacket,
  lookForPackets,
  PACKET_KINDS,
  PACKET_STATES,
  packetDest,
  packetKind,
  packetState,
} from '../../features/red-packets/look.ts';
import { keyOf, searched } from '../keys.ts';
import { listing, viewing } from '../operation.ts';
import { numberOf, oneOf, optional, yuanOf } from '../params.ts';
import { nothingDone } from '../refused.ts';
import { timeText } from '../shown.ts';
import { boundedNumbers, numbersOf, span } from '../span.ts';
import { userNumber } from '../users/number.ts';

const roles = ['support', 'moderator', 'finance'] as const;
const shape = {
  packet: z.number(),
  sender: z.number(),
  to: z.string(),
  kind: z.enum(PACKET_KINDS),
  yuan: z.string(),
  shares: z.number(),
  opened: z.number(),
  left: z.string(),
  sent: z.string(),
  state: z.enum(PACKET_STATES),
};
const facts = (found: Looked) => ({
  packet: found.id,
  sender: found.sender,
  to: packetDest(found),
  kind: packetKind(found.type),
  yuan: yuan(found.total),
  shares: found.count,
  opened: found.opened,
  left: yuan(found.left),
  sent: timeText(found.sentAt),
  state: packetState(found.status),
});

export const find = listing({
  name: 'packets.find',
  roles,
  about:
    'red packets that a person has sent or opened, of an amount (all of it, as typed, or a share), of a time, newest first; of everybody, those of 24 hours at most',
  params: {
    user: optional(userNumber),
    yuan: optional(yuanOf('amount')),
    ...span,
    state: optional(oneOf('state', PACKET_STATES)),
  },
  operands: ['user'],
  counted: 'red packets',
  row: z.object(shape),
  async read({ db, clock }, { user, yuan: fen, from, to, state }, after) {
    const [before = Number.MAX_SAFE_INTEGER] = keyOf(after, ['number']) ?? [];
    const isNarrow = user !== undefined || fen !== undefined;
    const numbers = isNarrow ? numbersOf({ from, to }) : boundedNumbers({ from, to }, clock.now());
    const wanted = { fen: fen ?? null, status: state ? PACKET[state] : null };
    return searched(await lookForPackets(db, wanted, user, { ...numbers, before: Number(before) }), facts);
  },
});

/** Where what nobody has opened is. */
function whereOf({ status, sender, left, expiresAt, finishedAt }: Looked): string {
  switch (status) {
    case PACKET.open:
      return `${yuan(left)} in escrow, until it is opened or goes back at ${timeText(expiresAt)}`;
    case PACKET.returned:
      return `${yuan(left)} back with ${sender} since ${timeText(finishedAt ?? expiresAt)}`;
    case PACKET.taken:
      return 'with those who have opened it';
  }
}

export const show = viewing({
  name: 'packets.show',
  roles,
  subject: 'packet',
  about: 'one red packet: who has opened what, and where the rest is now',
  params: { packet: numberOf<RedPacketId>('red packet') },
  operands: ['packet'],
  answer: z.object({
    ...shape,
    expires: z.string(),
    where: z.string(),
    returnedBy: z.number().nullable(),
    takers: z.array(
      z.object({
        user: z.number(),
        yuan: z.string(),
        opened: z.string(),
        journal: z.number(),
        reversed: z.string(),
      }),
    ),
  }),
  async read({ db }, { packet }) {
    const found = (await lookAtPacket(db, packet)) ?? nothingDone(`There is no red packet ${packet}.`);
    const answer = {
      ...facts(found),
      expires: timeText(found.expiresAt),
      where: whereOf(found),
      returnedBy: found.returnedBy,
      takers: found.shares.map(({ user, amount: fen, openedAt, journal, reversed }) => ({
        user,
        yuan: yuan(fen),
        opened: timeText(openedAt),
        journal,
        reversed: yuan(reversed),
      })),
    };
    return { on: packet, answer };
  },
});
