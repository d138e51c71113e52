import type * as z from 'zod';
import type { Fen } from '../../core/fen.ts';
import type { RefundGateway, RefundNews } from './refund-port.ts';

export type Provider = 'alipay' | 'wxpay';

/** An order as a gateway needs it. */
export interface PaymentRequest {
  /** Ours; letters and digits, at most 32, legal for every gateway. */
  readonly outTradeNo: string;
  readonly amount: Fen;
  readonly subject: string;
  readonly body: string;
  /** Epoch ms after which the gateway takes no money for it. */
  readonly expiresAt: number;
}

/** A payment of which at least a part has gone back to the payer; `wholly`: nothing of it is left. */
interface Refunded {
  readonly tradeNo: string;
  /** What had been paid. */
  readonly amount: Fen;
  readonly wholly: boolean;
}

/** What a gateway says of an order. `unknown`: it has never heard of it (nobody has opened the pay sheet). */
export type TradeState =
  | { readonly state: 'paid'; readonly tradeNo: string; readonly amount: Fen }
  | ({ readonly state: 'refunded' } & Refunded)
  | { readonly state: 'pending' | 'closed' | 'unknown' };

/** A notice that passed every check, or what to make of one that did not. */
export type Notice =
  | { readonly kind: 'paid'; readonly outTradeNo: string; readonly tradeNo: string; readonly amount: Fen }
  | ({ readonly kind: 'refunded'; readonly outTradeNo: string } & Refunded)
  /** How a refund fares that somebody has asked for, by the merchant's number of it. */
  | ({ readonly kind: 'refund' } & RefundNews)
  /** Well signed and ours, but not about money that came in: acknowledged, nothing happens. */
  | { readonly kind: 'irrelevant' }
  /** Not from the provider, as far as anybody can prove: anybody may have sent it, and it is nobody's fault. */
  | { readonly kind: 'unsigned'; readonly why: string }
  /** From the provider, and not to be believed all the same: refused, and the reason goes to the log. */
  | { readonly kind: 'refused'; readonly why: string };

/** The gateway answered, and the answer is no. */
export class GatewayRefusal extends Error {
  override readonly name = 'GatewayRefusal';
  readonly code: string;
  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/** No answer, or none that can be believed: what was asked may or may not have happened. */
export class GatewayUnclear extends Error {
  override readonly name = 'GatewayUnclear';
}

/** A code as it may be stored and shown: nothing else that a reply holds. */
export const codeOf = (text: string | undefined, otherwise: string): string =>
  text && /^[\w.-]{1,64}$/.test(text) ? text : otherwise;

/** The value of a JSON text; undefined where it is none. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A reply in the shape that we know; `GatewayUnclear` where it has another, whoever has signed it. */
export function understood<Shape extends z.ZodType>(shape: Shape, reply: unknown): z.output<Shape> {
  const read = shape.safeParse(reply);
  if (!read.success) throw new GatewayUnclear('The reply has an unexpected shape.');
  return read.data;
}

/** The answer to a question about this order; `GatewayUnclear` where it is about another, whoever has signed it. */
export function aboutOrder<Answer extends { readonly out_trade_no: string }>(
  answer: Answer,
  outTradeNo: string,
): Answer {
  if (answer.out_trade_no !== outTradeNo) throw new GatewayUnclear('The reply is not about this order.');
  return answer;
}

/** A payment provider. Every call has a time-out; none retries by itself. */
export interface PaymentGateway extends RefundGateway {
  readonly provider: Provider;
  /** What the app hands to the provider's SDK (`orderString`). */
  createAppPayment(request: PaymentRequest): Promise<string>;
  query(outTradeNo: string): Promise<TradeState>;
  /**
   * Stops an order from being paid; one that the gateway does not know is closed. `not closable`: it waits for
   * nobody's money any more, because it has been paid or was closed before. Only `query` tells which.
   */
  close(outTradeNo: string): Promise<'closed' | 'not closable'>;
  /**
   * Checks a notice over its raw body: signature, that it is meant for us, the replay window.
   * The order's amount and state are the caller's to compare.
   */
  readNotice(headers: Headers, raw: string): Promise<Notice>;
  /** The reply that stops the gateway from sending the notice again. */
  acknowledge(): Response;
  /** The reply that makes it try again later. */
  refuse(): Response;
  /** The same where the notice is unsigned: no fault of ours. */
  reject(): Response;
}

/** The gateway of a provider; undefined where the settings name no account at it. */
export type Payments = (provider: Provider) => Promise<PaymentGateway | undefined>;

/** `fetch`, given so that tests and sandboxes can stand in for the network. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** A gateway that takes longer is left to the query job: a person is waiting. */
const TIMEOUT_MS = 10_000;

/** One request; a lost answer is `GatewayUnclear`. */
export async function ask(
  fetch: Fetch,
  url: string,
  init: RequestInit,
): Promise<{ status: number; headers: Headers; text: string }> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (error) {
    throw new GatewayUnclear('The gateway gave no answer.', { cause: error });
  }
}
