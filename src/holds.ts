import { aaBillsHold } from './features/aa-bills/hold.ts';
import { payoutsHold } from './features/payouts/rows.ts';
import { redPacketHold } from './features/red-packets/hold.ts';
import { refundsHold } from './features/refunds/rows.ts';
import { transfersHold } from './features/transfers/hold.ts';
import { type Finding, type Hold, reconcileWith } from './ledger/reconcile.ts';
import type { Db } from './platform/database/db.ts';

/** One entry an escrow account: the feature that owns it says what it has open. */
export const holds: readonly Hold[] = [redPacketHold, transfersHold, payoutsHold, aaBillsHold, refundsHold];

/** Proves every invariant of the money, the escrows of all features among them; nothing found means all hold. */
export const reconcile = (db: Db): Promise<Finding[]> => reconcileWith(db, holds);
