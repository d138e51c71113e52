import { sql } from 'drizzle-orm';
import { redPacketShares, redPackets } from '../../../db/schema/red-packets.ts';
import { TRANSFER, transfers } from '../../../db/schema/transfers.ts';
import type { RedPacketId, TransferId, UserId } from '../../core/ids.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import { prepareReversal } from './reversal.ts';

/** What was paid and could go back. Amounts in fen. */
export type Paid = {
  readonly payer: UserId;
  /** Null where nobody has opened it. */
  readonly receiver: UserId | null;
  readonly amount: number;
  readonly reversed: number;
  /** 1 where the receiver has it. */
  readonly isPaid: number;
};
const PAID = ['payer', 'receiver', 'amount', 'reversed', 'isPaid'] as const;

/** A transfer, by its number. */
export const paidTransfer = prepareRead<{ transfer: TransferId }, Paid>(
  sql`SELECT payer_id, payee_id, amount, reversed, status = ${TRANSFER.confirmed} FROM ${transfers} WHERE id = ${p('transfer')}`,
  PAID,
);
/** The share of a red packet that a person has opened. */
export const paidShare = prepareRead<{ packet: RedPacketId; opener: UserId }, Paid>(
  sql`SELECT rp.user_id, s.user_id, s.amount, s.reversed, 1 FROM ${redPacketShares} AS s
    JOIN ${redPackets} AS rp ON rp.id = s.packet_id WHERE s.packet_id = ${p('packet')} AND s.user_id = ${p('opener')}`,
  PAID,
);

const record = p('record');
const isTransfer = sql`id = ${record} AND status = ${TRANSFER.confirmed} AND reversed = ${p('reversed')}`;
/** The statements that give a confirmed transfer back; `opened` changes a row where it stands as it was seen. */
export const reversingTransfer = prepareReversal(
  'transfer_reversed',
  sql`EXISTS (SELECT 1 FROM ${transfers} WHERE ${isTransfer} AND payer_id = ${p('payer')} AND payee_id = ${p('receiver')}
    AND reversed + ${p('taken')} + ${p('added')} <= amount)`,
  (given) => sql`UPDATE ${transfers} SET reversed = reversed + ${given} WHERE ${isTransfer}`,
);

const isShare = sql`packet_id = ${record} AND user_id = ${p('receiver')} AND reversed = ${p('reversed')}`;
/** The same for the share of a red packet that the receiver has opened. */
export const reversingShare = prepareReversal(
  'red_packet_reversed',
  sql`EXISTS (SELECT 1 FROM ${redPacketShares} WHERE ${isShare} AND reversed + ${p('taken')} + ${p('added')} <= amount)`,
  (given) => sql`UPDATE ${redPacketShares} SET reversed = reversed + ${given} WHERE ${isShare}`,
);
