import type { Fen } from '../../core/fen.ts';

/** The providers that can pay withdrawals. */
export type PayoutProvider = 'alipay';

/** Money for somebody's bank card. A repetition must be the same in every part. */
export interface CardTransfer {
  /** Our number of it, the same for a payout for ever: providers pay once a number. */
  readonly outBizNo: string;
  readonly amount: Fen;
  readonly cardNumber: string;
  /** The card holder's real name. */
  readonly holder: string;
  /** The bank's name; empty where it is not known. */
  readonly bank: string;
}

/** Whose affair it is that nothing was paid: the card or name, or the merchant's own account, limits and contract. */
export type Fault = 'payee' | 'payer';

/** What a provider says of a transfer. `code` is the provider's own. */
export type TransferAnswer =
  | { readonly state: 'paid'; readonly transferNo: string }
  /** Taken in; the bank has not said yet. */
  | { readonly state: 'pending' }
  /** Not taken in: nothing was paid, and this request will not be. */
  | { readonly state: 'refused'; readonly code: string; readonly fault: Fault }
  /** Taken in and over: nothing was paid, and nothing will be under this number. */
  | { readonly state: 'failed'; readonly code: string; readonly fault: Fault }
  /** The bank has sent the money back; before that it may have been `paid`. */
  | { readonly state: 'bounced'; readonly code: string }
  /** No such number is known (to `query` alone): not yet, or never. */
  | { readonly state: 'unknown' };

/**
 * A payer of withdrawals to bank cards. Every call has a time-out, none retries by itself, and both throw
 * `GatewayUnclear` for whatever leaves a doubt about what was done: then only `query` tells.
 */
export interface PayoutGateway {
  readonly provider: PayoutProvider;
  transfer(transfer: CardTransfer): Promise<TransferAnswer>;
  /** @param amount what was to be paid: an answer about another amount is in doubt */
  query(outBizNo: string, amount: Fen): Promise<TransferAnswer>;
}

/** The gateway of a provider; undefined where the settings name no account that can pay out. For a job alone. */
export type Payouts = (provider: PayoutProvider) => Promise<PayoutGateway | undefined>;
