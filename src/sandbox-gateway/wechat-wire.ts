import { Buffer } from 'node:buffer';
import { createCipheriv, createPublicKey } from 'node:crypto';
import * as z from 'zod';
import { TRADE } from '../../db/schema/payment-orders.ts';
import { chinaIsoText } from '../core/china-time.ts';
import type { Clock } from '../core/clock.ts';
import { type Random, randomText } from '../core/random.ts';
import { rsaSign, rsaVerify } from '../platform/payments/rsa.ts';
import type { DemoAccounts } from './demo-accounts.ts';
import type { SandboxRefund, SandboxRefunds } from './refunds.ts';
import type { Trade, Trades } from './trades.ts';
import { findRefund, placeRefund, refundFacts, statusOf } from './wechat-refund-wire.ts';

const WINDOW_SECONDS = 300;
const STATUS = ['NOTPAY', 'SUCCESS', 'CLOSED'] as const;
const orderShape = z.looseObject({
  appid: z.string(),
  mchid: z.string(),
  out_trade_no: z.string(),
  notify_url: z.string(),
  amount: z.looseObject({ total: z.number().int().positive(), currency: z.literal('CNY') }),
});

export interface WireTools {
  readonly accounts: DemoAccounts;
  readonly trades: Trades;
  readonly refunds: SandboxRefunds;
  readonly clock: Clock;
  readonly random: Random;
}

/** A trade as WeChat Pay tells of it, in queries and inside of notices. */
const tradeFacts = ({ wxpay }: DemoAccounts, trade: Trade) => ({
  appid: wxpay.appId,
  mchid: wxpay.signer.mchId,
  out_trade_no: trade.outTradeNo,
  trade_state: STATUS[trade.state],
  ...(trade.state === TRADE.paid ? { transaction_id: trade.tradeNo } : {}),
  amount: { total: trade.amount, payer_total: trade.amount, currency: 'CNY' },
});

/** What signs needs no books. */
type Signing = Omit<WireTools, 'trades' | 'refunds'>;

function signature({ accounts, clock, random }: Signing, body: string) {
  const timestamp = String(Math.floor(clock.now() / 1000));
  const nonce = randomText(random, 32);
  return {
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-serial': accounts.wechatSerial,
    'wechatpay-signature': rsaSign(accounts.gatewayKey, `${timestamp}\n${nonce}\n${body}\n`),
  };
}

/** As at the real one, refusals are not signed. */
const refusal = (status: number, code: string) => Response.json({ code, message: code }, { status });

function isAuthorized({ accounts, clock }: WireTools, request: Request, path: string, body: string): boolean {
  const header = request.headers.get('authorization') ?? '';
  const part = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(header)?.[1] ?? '';
  const { signer } = accounts.wxpay;
  const text = `${request.method}\n${path}\n${part('timestamp')}\n${part('nonce_str')}\n${body}\n`;
  return (
    header.startsWith('WECHATPAY2-SHA256-RSA2048 ') &&
    part('mchid') === signer.mchId &&
    part('serial_no') === signer.serial &&
    Math.abs(clock.now() / 1000 - Number(part('timestamp'))) <= WINDOW_SECONDS &&
    rsaVerify(createPublicKey(signer.key), text, part('signature'))
  );
}

const REFUND = /^\/v3\/refund\/domestic\/refunds(?:\/([\w|*@-]{1,64}))?$/;
const PLACE = '/v3/pay/transactions/app';
const TRADE_PATH = /^\/v3\/pay\/transactions\/out-trade-no\/(\w{6,32})(\/close)?$/;

async function place({ accounts, trades, random }: WireTools, body: string): Promise<object | undefined> {
  const order = orderShape.safeParse(JSON.parse(body)).data;
  const { wxpay } = accounts;
  if (order?.appid !== wxpay.appId || order.mchid !== wxpay.signer.mchId) return undefined;
  await trades.open('wxpay', order.out_trade_no, order.amount.total);
  return { prepay_id: `wx${randomText(random, 34)}` };
}

/** WeChat Pay's API v3 as far as our client uses it: signatures are checked, replies are signed. */
export async function wechatWire(tools: WireTools, request: Request): Promise<Response> {
  const url = new URL(request.url);
  const body = await request.text();
  if (!isAuthorized(tools, request, `${url.pathname}${url.search}`, body)) return refusal(401, 'SIGN_ERROR');
  const reply = (answer: object) => {
    const text = JSON.stringify(answer);
    return new Response(text, { headers: signature(tools, text) });
  };
  if (request.method === 'POST' && url.pathname === PLACE) {
    const placed = await place(tools, body);
    return placed ? reply(placed) : refusal(400, 'PARAM_ERROR');
  }
  const [isRefund, refundNo] = REFUND.exec(url.pathname) ?? [];
  if (isRefund) {
    const outcome = await (refundNo ? findRefund(tools, refundNo) : placeRefund(tools, body));
    return 'answer' in outcome ? reply(outcome.answer) : refusal(outcome.status, outcome.code);
  }
  const [, outTradeNo = '', closes] = TRADE_PATH.exec(url.pathname) ?? [];
  const { trades, accounts } = tools;
  const trade = closes ? await trades.close(outTradeNo) : await trades.find(outTradeNo);
  if (!trade) return refusal(404, 'ORDER_NOT_EXIST');
  if (!closes) {
    const isGone = trade.state === TRADE.paid && (await tools.refunds.gone(trade.tradeNo)) > 0;
    return reply({ ...tradeFacts(accounts, trade), ...(isGone ? { trade_state: 'REFUND' } : {}) });
  }
  if (trade.state !== TRADE.closed) return refusal(400, 'ORDERPAID');
  return new Response(null, { status: 204, headers: signature(tools, '') });
}

/** What is inside of a notice, as only who has the APIv3 key can read it. */
function sealed(apiKey: string, original: 'transaction' | 'refund', text: string, random: Random) {
  const nonce = randomText(random, 12);
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(apiKey, 'utf8'), Buffer.from(nonce, 'utf8'));
  cipher.setAAD(Buffer.from(original));
  const bytes = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return {
    algorithm: 'AEAD_AES_256_GCM',
    original_type: original,
    associated_data: original,
    nonce,
    ciphertext: bytes.toString('base64'),
  };
}

const EVENT = {
  transaction: { summary: '支付成功', type: () => 'TRANSACTION.SUCCESS' },
  refund: { summary: '退款通知', type: (status: string) => `REFUND.${status}` },
} as const;

function noticeOf(
  { accounts, clock, random }: Signing,
  id: string,
  about: keyof typeof EVENT,
  status: string,
  facts: object,
): Request {
  const body = JSON.stringify({
    id,
    create_time: chinaIsoText(clock.now()),
    event_type: EVENT[about].type(status),
    resource_type: 'encrypt-resource',
    summary: EVENT[about].summary,
    resource: sealed(accounts.wxpay.apiKey, about, JSON.stringify(facts), random),
  });
  const headers = { 'content-type': 'application/json', ...signature({ accounts, clock, random }, body) };
  return new Request(accounts.wxpay.notifyUrl, { method: 'POST', headers, body });
}

type Changes = Readonly<Record<string, unknown>>;

/** A notice as WeChat Pay sends it: sealed and signed. `changes` replace or add facts before that. */
export const wechatNotice = (tools: Signing, trade: Trade, changes: Changes = {}): Request =>
  noticeOf(tools, trade.tradeNo, 'transaction', '', { ...tradeFacts(tools.accounts, trade), ...changes });

/** The notice of a refund that has come to an end, or that nobody takes. */
export function wechatRefundNotice(
  tools: Signing,
  trade: Trade,
  refund: SandboxRefund,
  changes: Changes = {},
): Request {
  const status = statusOf(refund);
  const { mchId: mchid } = tools.accounts.wxpay.signer;
  const facts = { mchid, ...refundFacts(trade, refund), refund_status: status, ...changes };
  return noticeOf(tools, refund.refundId, 'refund', status, facts);
}
