import { type Hold, prepareEscrows } from '../../ledger/reconcile.ts';
import { aaBillsHold } from '../aa-bills/hold.ts';
import { unclaimedHold } from '../deletions/unclaimed.ts';
import { payoutsHold } from '../payouts/rows.ts';
import { redPacketHold } from '../red-packets/hold.ts';
import { refundsHold } from '../refunds/rows.ts';
import { transfersHold } from '../transfers/hold.ts';

/** One entry an escrow account: the feature that owns it says what it has open. */
export const holds: readonly Hold[] = [
  redPacketHold,
  transfersHold,
  payoutsHold,
  aaBillsHold,
  refundsHold,
  unclaimedHold,
];

/** Looks whether every escrow holds what its feature has open. */
export const escrows = prepareEscrows(holds);
