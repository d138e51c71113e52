import { holds } from './features/holds/all.ts';
import { prepareReconcile } from './ledger/reconcile.ts';

/** Proves every invariant of the money, the escrows of all features among them; nothing found means all hold. */
export const reconcile = prepareReconcile(holds);
