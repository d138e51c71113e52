import type { Fen } from '../../core/fen.ts';

/** Money that goes back to whoever paid it. A repetition must be the same in every part. */
export interface RefundRequest {
  /** Our number of it, the same for a refund for ever: providers refund once a number. Letters and digits. */
  readonly refundNo: string;
  /** The provider's number of the payment, and ours of its order. */
  readonly tradeNo: string;
  readonly outTradeNo: string;
  /** Fen that go back, and fen that were paid. */
  readonly amount: Fen;
  readonly total: Fen;
  /** What the payer reads about it. */
  readonly reason: string;
}

/** What a provider says of a refund. `code` is the provider's own. */
export type RefundAnswer =
  /** The money has left the merchant's account for the payer's. */
  | { readonly state: 'done'; readonly refundId: string }
  /** Taken in, and without an end. */
  | { readonly state: 'under way' }
  /** Not taken in (to `refund` alone): nothing goes back by this request. */
  | { readonly state: 'refused'; readonly code: string }
  /** Taken in and over: nothing went back, and nothing will under this number. */
  | { readonly state: 'closed'; readonly code: string }
  /** The payer's account takes nothing: the merchant must decide at the provider. It may still be done, or closed. */
  | { readonly state: 'stuck'; readonly code: string }
  /**
   * No such number is known (to `queryRefund` alone): not yet, or never. `isSigned`: the provider has put its name to
   * something that says so; else anybody on the way may have.
   */
  | { readonly state: 'unknown'; readonly isSigned: boolean };

/** What a notice tells of a refund. Whether it is one of ours, and of this amount, is the caller's to compare. */
export interface RefundNews extends Omit<RefundRequest, 'reason'> {
  readonly answer: RefundAnswer;
}

/** A gateway's part for money that goes back. Every call has a time-out, and none retries by itself. */
export interface RefundGateway {
  /**
   * Gives a payment back, or a part of it. Throws `GatewayUnclear` for whatever leaves a doubt about what was done:
   * then only `queryRefund` tells.
   */
  refund(request: RefundRequest): Promise<RefundAnswer>;
  /** Asks what became of it. Throws `GatewayUnclear` for an answer that is in doubt, or about something else. */
  queryRefund(request: RefundRequest): Promise<RefundAnswer>;
}
