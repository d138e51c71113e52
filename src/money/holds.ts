import type { Db } from '../platform/database/db.ts';
import { aaBillsHold } from './aa-bills/hold.ts';
import { type Finding, type Hold, reconcileWith } from './ledger/reconcile.ts';
import { payoutsHold } from './payouts/rows.ts';
import { redPacketHold } from './red-packets/hold.ts';
import { transfersHold } from './transfers/hold.ts';

/** One entry an escrow account: the feature that owns it says what it has open. */
export const holds: readonly Hold[] = [redPacketHold, transfersHold, payoutsHold, aaBillsHold];

/** Proves every invariant of the money, the escrows of all features among them; nothing found means all hold. */
export const reconcile = (db: Db): Promise<Finding[]> => reconcileWith(db, holds);
