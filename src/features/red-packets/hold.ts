import { sql } from 'drizzle-orm';
import { PACKET, redPacketShares, redPackets } from '../../../db/schema/red-packets.ts';
import type { Hold } from '../../ledger/reconcile.ts';

/** What is left in packets that are still open. */
export const redPacketHold: Hold = {
  account: 'redPackets',
  openFen: sql<number>`(SELECT COALESCE(SUM(s.amount), 0) FROM ${redPacketShares} AS s
    JOIN ${redPackets} AS rp ON rp.id = s.packet_id WHERE rp.status = ${PACKET.open} AND s.user_id IS NULL)`,
};
